"""The address where gateways report."""
