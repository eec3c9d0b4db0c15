"""Parts of the system without a request ask here what a user may see."""

from layers.core.people import Accounts, accounts

from .grants import grant_of

ACCOUNTS = accounts.register(Accounts(slug="accounts", grant=grant_of))
