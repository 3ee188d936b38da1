"""EKS: node groups without the key pair that moto invents."""

import moto.eks.models

from tests.aws.services.patching import patch

patch(moto.eks.models, "DEFAULT_REMOTE_ACCESS", None)
