"""Menus of packages: their costs and every agent's utilities."""

from mechdesign.bargaining.menus.data import *
from mechdesign.bargaining.menus.documents import *
from mechdesign.bargaining.menus.package_lists import *
from mechdesign.bargaining.menus.reading import *
from mechdesign.bargaining.menus.rubrics import *
from mechdesign.bargaining.menus.setting import *
from mechdesign.faces import face

face(__name__)
