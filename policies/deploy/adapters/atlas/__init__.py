"""A bridge between a CMMS in the shape of Atlas and the host.

Work orders that change in the CMMS are told to the host as events; what the host decides is carried
out in the CMMS. The bridge keeps in a file how far it is, so that any of the three may be killed and
nothing is done twice:

- what is to be told is kept, with its ids, before it is told; told again, the host answers as the first time;
- a command is carried out by making the CMMS so, after looking how it is; then the number of its decision is kept.

Of Atlas' REST interface it uses ``POST /work-orders/search`` (by status or ``updatedAt``, in pages),
``GET`` and ``PATCH /work-orders/{id}``, ``PATCH /work-orders/{id}/change-status`` and, for notes,
``POST /comments`` and ``/comments/search/{id}``, with the header ``X-API-Key``. Assumed, from its public
source and not from a running one: a PATCH empties what it leaves out, so everything read is sent back; and its
server runs in UTC, as its image does, for it takes the Z of an instant in a search for a letter. It has no
condition on a change: what somebody writes between the bridge's look and its change is overwritten.
"""
