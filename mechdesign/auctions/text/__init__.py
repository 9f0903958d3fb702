"""Auctions over the text that a language model writes."""

from mechdesign.auctions.text.token_auctions import *
from mechdesign.faces import face

face(__name__)
