"""USB digital signatures: what is signed, the kinds of proof, issuers' profiles and the chain of checks.

No Flask and no database: the caller keeps the challenge, takes it once, and knows the accounts. In the order
of rule R32: `proof = chain.parse(kind, text)`, then take the challenge, then
`chain.check(proof, challenge, trust, now)`.
"""
