"""Terraform: builder functions per AWS service, and the document they are written into."""
