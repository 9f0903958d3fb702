"""Agents that play games: the protocol, environments, journals and measures."""

from mechdesign.faces import face
from mechdesign.games.agents.adaptors import *
from mechdesign.games.agents.episodes import *
from mechdesign.games.agents.market_choices import *
from mechdesign.games.agents.measuring import *
from mechdesign.games.agents.one_episode import *
from mechdesign.games.agents.playing import *
from mechdesign.games.agents.protocol import *
from mechdesign.games.agents.replaying import *
from mechdesign.games.agents.search_market import *
from mechdesign.games.agents.simple_environments import *
from mechdesign.games.agents.talks import *

face(__name__)
