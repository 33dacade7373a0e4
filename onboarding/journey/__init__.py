"""The wizard: from the portal's question to an account, by four ways.

The journey is data: steps declared beside what they do, joined in one table and checked when it loads.
"""
