"""Axioms about contracts, what receivers are told, scores of forecasts, and paid raters."""

from mechdesign.information.axioms import of_contracts as of_contracts
from mechdesign.information.axioms import of_reports as of_reports
