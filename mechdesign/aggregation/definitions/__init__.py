"""The rules by their definitions: plain lines, slow, to read and to test against."""

from mechdesign.aggregation.definitions.of_counts import *
from mechdesign.aggregation.definitions.of_grades import *
from mechdesign.aggregation.definitions.of_majorities import *
from mechdesign.aggregation.definitions.of_rankings import *
