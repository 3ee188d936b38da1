"""EC2 images that exist, and the public SSM parameters that name them.

AWS publishes the newest Deep Learning, EKS and Bottlerocket images under /aws/service/. Here every well-formed name
has an image, whose id follows from the name and the region: a wrong family is not noticed.
"""

import hashlib
import re
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ssm.models import Parameter, ParameterDict

from tests.aws.services.actions import ACCOUNT
from tests.aws.services.patching import Method, wrap

# https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
PUBLIC_IMAGE = re.compile(
    r"/aws/service/deeplearning/ami/(x86_64|arm64)/[\w.-]+/latest/ami-id"
    r"|/aws/service/eks/optimized-ami/\d+\.\d+/[\w./-]+/recommended/image_id"
    r"|/aws/service/bottlerocket/aws-[\w.-]+/(x86_64|arm64)/[\w.-]+/image_id"
)

# Names as data.aws_ami filters find them; the dates are any.
NAMED_IMAGES = (
    "Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 22.04) 20261101",
    "Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 24.04) 20261101",
    "Deep Learning Base OSS Nvidia Driver GPU AMI (Amazon Linux 2023) 20261101",
    "Deep Learning AMI Neuron (Ubuntu 22.04) 20261101",
    "amazon-eks-node-al2023-x86_64-nvidia-1.33-v20261101",
)


def image_id(region: str, name: str) -> str:
    """The id of the public image that `name` stands for."""
    return "ami-" + hashlib.sha256(f"{region}{name}".encode()).hexdigest()[:17]


def add_image(backend: Any, identifier: str, name: str) -> None:
    """A public x86 or Arm image of Amazon's, with an EBS root device, in an EC2 backend of moto."""
    if identifier in backend.amis:
        return
    backend.amis[identifier] = Ami(
        backend,
        identifier,
        name=name,
        description=name,
        owner_alias="amazon",
        public=True,
        virtualization_type="hvm",
        architecture="arm64" if "arm64" in name else "x86_64",
        root_device_type="ebs",
        root_device_name="/dev/sda1" if "buntu" in name else "/dev/xvda",
        hypervisor="xen",
        image_location=f"amazon/{name}",
    )


@wrap(AmiBackend, "_load_amis")
def load_amis(original: Method, self: Any) -> None:
    """moto's images are of 2017; these are those that somebody would look for today."""
    original(self)
    for name in NAMED_IMAGES:
        add_image(self, image_id(self.region_name, name), name)


@wrap(ParameterDict, "_check_loading_status")
def check_loading_status(original: Method, self: Any, key: str) -> None:
    """Creates the parameter of a public image, and the image, when somebody asks for it."""
    original(self, key)
    if PUBLIC_IMAGE.fullmatch(str(key or "")) and key not in self.keys():
        identifier = image_id(self.region_name, key)
        add_image(ec2_backends[ACCOUNT][self.region_name], identifier, key.strip("/").replace("/", "-"))
        self.setdefault(key, [_parameter(key, identifier)])


def _parameter(name: str, value: str) -> Parameter:
    return Parameter(
        account_id="",
        name=name,
        value=value,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=utcnow(),
        version=1,
        data_type="aws:ec2:image",
    )
