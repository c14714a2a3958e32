"""The host in Home Assistant, by MQTT discovery.

Beside a host with both doors open it announces sensors in retained messages under ``homeassistant/``: some
are fed by the host's own topics (who decides, breakers), some by ``PREFIX/figures``, which it keeps up from the
host's feed. Whether they are available is what ``PREFIX/status`` says. There are no buttons: promoting a bundle
and rolling back is the business of whoever may open the host's folder, and not of a door.
"""
