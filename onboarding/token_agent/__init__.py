"""A program for the computer that a USB token is plugged into: it signs what our pages ask for, and shows it.

To the page it speaks the socket protocol of the VNPT-CA plug-in, to the token PKCS#11. It shares no code with
the server: what it makes is checked there like anybody's.
"""
