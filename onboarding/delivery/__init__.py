"""Where gateways tell what became of a text message: one address for each that reports."""
