"""Stand-ins of the three systems: small servers on this machine that speak as the real ones are documented to.

They keep what they are told in memory, know nothing of the product, and fail in the ways that are asked of them.
"""
