"""Advice on commitments, from the account's own history. It reads and computes; it never buys anything.

history    what an account used and holds, as a value that can be saved and judged again
curve      the hours of a history, sorted: what a commitment would have covered of them
commitment the commitment that costs least, and what its author should know of it
account    boto3: the history of an account, with AWS's own recommendation
usage      what was spent on accelerators, by whom, and what stands idle
purchase   a commitment as Terraform, as a request, and as prices for Karpenter
"""
