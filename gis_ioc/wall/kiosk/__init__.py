"""Panels sign in without hands, and may do nothing but show."""
