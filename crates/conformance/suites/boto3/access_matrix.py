"""Every operation in every state that a caller can be in: what is allowed is done, and what is not is refused in AWS's
words and has no effect. Policies change between one call and the next, and count at once.

Each import below adds its checks to the suite; the last two look back at all of it.
"""

import admin
import accounts_apart  # noqa: F401
import tagged_access  # noqa: F401
import what_ends_at_once  # noqa: F401
from admin import statement
from checks import check, equal, run, true
from ivs import ivschat
from rows import ROWS
from stage import Stage

EVERYTHING = statement("Allow", Action="*")
INVALID = "UnrecognizedClientException", "The security token included in the request is invalid."
EXPIRED = "ExpiredTokenException", "The security token included in the request is expired"

audience = Stage(ivschat)


def all_but(row):
    """Allows everything that the row does not need."""
    return statement("Allow", NotAction=row.action)


def none_of(row):
    """Denies what the row needs."""
    return statement("Deny", Action=row.action)


def only(row, stage):
    """Allows what the row needs, where it needs it, and nothing else."""
    needs = {f"ivschat:{row.operation}", row.action}
    return statement("Allow", row.resource(stage), Action=sorted(needs))


def a_user(name, policy, *others, **more):
    """A user with a policy that is made for each row: the function that puts it in force."""
    admin.policy(policy, EVERYTHING)
    client = admin.client(admin.user(name, *others, **more))

    def under(*statements):
        admin.update_policy(policy, *statements)
        return client

    return under


tool = a_user("tool", "Tool", "Tool")
denied = a_user("denied", "Denying", "HubbubFullAccess", "Denying")
bounded = a_user("bounded", "Bounds", "HubbubFullAccess", boundary="Bounds")

full = admin.client(admin.user("full", "HubbubFullAccess"))
switched_key = admin.another_key("full")
switched = admin.client(switched_key)
session_key = admin.assume("full")
expired = admin.client(admin.expired(session_key))


def session(*statements):
    """A session of the user who may do everything, under a session policy of these statements."""
    return admin.client(admin.assume("full", *statements))


def refusal_of(name, reason):
    """What the refusal of this user says of a row."""

    def words(row):
        arn, resource = admin.user_arn(name), row.resource(audience)
        head = f"User: {arn} is not authorized to perform: {row.action} on resource: {resource}"
        return "AccessDeniedException", f"{head} {reason.format(action=row.action)}"

    return words


def no(kind):
    """The reason where nothing allows it."""
    return f"because no {kind} allows the {{action}} action"


REFUSED = {
    "is_implicitly_denied": (
        lambda row: tool(all_but(row)),
        refusal_of("tool", no("identity-based policy")),
    ),
    "is_explicitly_denied": (
        lambda row: denied(EVERYTHING, none_of(row)),
        refusal_of("denied", "with an explicit deny in an identity-based policy"),
    ),
    "is_outside_the_boundary": (
        lambda row: bounded(all_but(row)),
        refusal_of("bounded", no("permissions boundary")),
    ),
    "is_denied_by_the_boundary": (
        lambda row: bounded(EVERYTHING, none_of(row)),
        refusal_of("bounded", "with an explicit deny in a permissions boundary"),
    ),
    "is_outside_the_session_policy": (
        lambda row: session(all_but(row)),
        refusal_of("full", no("session policy")),
    ),
    "is_denied_by_the_session_policy": (
        lambda row: session(EVERYTHING, none_of(row)),
        refusal_of("full", "with an explicit deny in a session policy"),
    ),
    "is_refused_to_an_inactive_key": (lambda _: switched, lambda _: INVALID),
    "is_refused_to_an_expired_session": (lambda _: expired, lambda _: EXPIRED),
}
ALLOWED = {
    "is_allowed": lambda row, stage: tool(only(row, stage)),
    "is_allowed_within_the_boundary": lambda row, stage: bounded(only(row, stage)),
    "is_allowed_to_a_session": lambda row, stage: session(only(row, stage)),
    "is_allowed_to_a_key_made_active_again": lambda *_: switched,
}


def add(row, state, function):
    """Adds a check that is called after its row and its state."""
    function.__name__ = f"{row.name}_{state}"
    check(function)


def refused(row, client_of, words):
    """The check that the row is refused."""
    return lambda: row.is_refused(client_of(row), audience, *words(row))


def allowed(row, client_of):
    """The check that the row succeeds, on a stage of its own."""

    def succeeds():
        with Stage(ivschat) as stage:
            row.succeeds(client_of(row, stage), stage)

    return succeeds


@check
def a_key_is_made_inactive():
    switched.list_rooms()
    admin.switch("full", switched_key, "Inactive")


for state, (client_of, words) in REFUSED.items():
    for row in ROWS:
        add(row, state, refused(row, client_of, words))


@check
def a_key_is_made_active_again():
    admin.switch("full", switched_key, "Active")


for state, client_of in ALLOWED.items():
    for row in ROWS:
        add(row, state, allowed(row, client_of))


@check
def the_session_that_was_made_to_expire_lives_and_the_user_s_other_key_too():
    for client in (admin.client(session_key), full):
        client.get_room(identifier=audience.room)


@check
def the_table_has_every_operation():
    equal(sorted({row.operation for row in ROWS}), sorted(ivschat.meta.service_model.operation_names))


@check
def every_response_is_as_the_model_says():
    problems = [problem for observer in admin.observers for problem in observer.problems]
    true(not problems, f"{len(problems)} problems: " + "; ".join(dict.fromkeys(problems)))


run()
