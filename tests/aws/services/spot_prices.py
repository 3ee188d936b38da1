"""EC2 spot price history: the latest price of the asked type, zone and product.

moto ignores the zone and finds nothing for a product. The prices stay moto's: 0.00001 dollars, always.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.responses import EC2Response

from tests.aws.services.patching import Method, wrap


@wrap(EC2Response, "describe_spot_price_history")
def describe_spot_price_history(original: Method, self: Any) -> ActionResult:
    """Only the asked zone, with the asked product."""
    zone = self._get_param("AvailabilityZone")
    product = self._filters_from_querystring().get("product-description", ["Linux/UNIX"])[0]
    prices = original(self).result["SpotPriceHistory"]
    return ActionResult(
        {
            "SpotPriceHistory": [
                {**price, "ProductDescription": product}
                for price in prices
                if zone in (None, price["AvailabilityZone"])
            ]
        }
    )


@wrap(EC2Backend, "describe_spot_price_history")
def known_filters_only(original: Method, self: Any, instance_types: Any = None, filters: Any = None) -> Any:
    """Keeps the filters that moto knows: it finds nothing for the others."""
    known = {name: values for name, values in (filters or {}).items() if name != "product-description"}
    return original(self, instance_types, known)
