"""Games as environments: exact solutions of small games, and agents that play them."""

from mechdesign.faces import face

face(__name__)
