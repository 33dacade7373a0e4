"""The account database: people, their numbers and certificates, codes, sign-ins, journeys and what happened.

No Flask here: every function takes a Session and the time, and whoever opened the Session commits.
"""
