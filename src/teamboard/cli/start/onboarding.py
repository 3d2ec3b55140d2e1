"""Onboarding: what to start with if there is no board."""

from __future__ import annotations

from pathlib import Path

from teamboard.cli.shared.screens import ask_how_to_begin
from teamboard.cli.shared.session import Session
from teamboard.cli.start.init import open_demo, read_source
from teamboard.cli.start.tour import take_tour
from teamboard.services.acting import local_actor
from teamboard.services.onboarding import FirstTeam, from_form
from teamboard.store.base import Store, utc_now


def first_minutes(session: Session, store: Store) -> bool:
    """Offer the demo, a tour, a new board, or a file to start from; return whether there is now a board to open."""
    actor = local_actor()

    def make(what: FirstTeam | Path) -> None:
        if isinstance(what, Path):
            store.create(read_source(what, "Our team", actor), actor)
        else:
            store.create(from_form(what, utc_now(), actor), actor)

    begun = ask_how_to_begin(store.place, make, utc_now().astimezone().date())
    if begun == "demo":
        open_demo(session)
    elif begun == "tour":
        take_tour(session)
    return begun == "made"
