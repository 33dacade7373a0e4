"""Everything for trying the portal out: test messages, test issuers, test people. Production cannot load it."""
