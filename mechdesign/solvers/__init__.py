"""The only place that imports solver programs; every one is loaded when it is first used."""
