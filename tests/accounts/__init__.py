"""Tests of the account database."""
