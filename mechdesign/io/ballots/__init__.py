"""Files of ballots, one module for each format: plain data, no mechanism."""
