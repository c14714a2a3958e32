"""The rule each new project starts from: small, sound, and one file per decision point.

They are ordinary modules, so they are linted, typed and held to the conformance checks like any rule;
``twin policy new`` copies their text under another class name.
"""
