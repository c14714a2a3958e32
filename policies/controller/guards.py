"""Guards: what no rule may do, whoever wrote it. They stand outside the rules."""

from policies.contract.views import Site, Technician, Waiting, WorkOrder


def assignment(order: WorkOrder, tech: Technician, waiting: Waiting, site: Site, work_lists: bool) -> str:
    """Why a pair is refused, or "" if it may be.

    Skill, licence, duty, no double booking. A rule that declares ``work_lists`` may give orders to
    people who are busy or not on duty yet; nobody may be given what he or she may not do.
    """
    if order not in waiting:
        return "the order is not waiting"
    if order.trade not in tech.skills:
        return f"no skill in {order.trade}"
    licence = site.licence_of.get(order.trade)
    if licence is not None and licence not in tech.licences:
        return f"no licence {licence}"
    if work_lists:
        return ""
    if not tech.on_duty:
        return "not on duty"
    if tech.order >= 0 or tech.queue:
        return "busy"
    return ""
