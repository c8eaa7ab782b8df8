"""Recorded graphs as pictures: a tree of text, DOT, Mermaid, SVG and PNG."""
