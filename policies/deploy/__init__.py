"""From winner to controller: messages as JSON, signed bundles, and the loader that refuses.

Standard library only at its base. Signatures need the extra ``deploy``, which is imported where it
is used. Nothing here knows the twin: the same room opens bundles on a real controller.
"""
