"""Text messages out: fixed texts, the outbox that they are promised in, the dispatcher, and the gateways."""
