"""Rights that end: with the key, with the user, with a policy; for the next call, not some time later."""

import admin
from admin import statement
from checks import check, equal
from ivs import ivschat, refusal
from stage import Stage

stage = Stage(ivschat)


def works(*clients):
    """Expects that each may read the room."""
    for client in clients:
        client.get_room(identifier=stage.room)


def is_nobody_s(*clients):
    """Expects that none is anybody any more."""
    for client in clients:
        error = refusal(client.get_room, "UnrecognizedClientException", 403, identifier=stage.room)["Error"]
        equal(error["Message"], "The security token included in the request is invalid.", "message")


def is_denied(*clients):
    """Expects that each is somebody who may not."""
    for client in clients:
        refusal(client.get_room, "AccessDeniedException", 403, identifier=stage.room)


def a_user(name, *policies):
    """A user with a key and a session: the clients of both."""
    return admin.client(admin.user(name, *policies)), admin.client(admin.assume(name))


@check
def a_deleted_user_s_key_and_session_end_at_once():
    clients = a_user("leaver", "HubbubReadOnlyAccess")
    works(*clients)
    admin.call("DeleteUser", userName="leaver", force=True)
    is_nobody_s(*clients)
    # Who comes after, under the same name, is another.
    again = a_user("leaver", "HubbubReadOnlyAccess")
    works(*again)
    is_nobody_s(*clients)


@check
def a_deleted_key_ends_and_the_other_stays():
    old_key = admin.user("rotator", "HubbubReadOnlyAccess")
    old, new = admin.client(old_key), admin.client(admin.another_key("rotator"))
    works(old, new)
    admin.call("DeleteAccessKey", userName="rotator", accessKeyId=old_key.id)
    is_nobody_s(old)
    works(new)


@check
def what_is_detached_is_gone_and_what_is_attached_is_there():
    clients = a_user("changer", "HubbubReadOnlyAccess")
    for _ in range(2):
        works(*clients)
        admin.call("DetachUserPolicy", userName="changer", policyName="HubbubReadOnlyAccess")
        is_denied(*clients)
        admin.call("AttachUserPolicy", userName="changer", policyName="HubbubReadOnlyAccess")
    works(*clients)


@check
def a_boundary_counts_from_the_moment_it_is_put():
    clients = a_user("guarded", "HubbubFullAccess")
    works(*clients)
    admin.call("PutUserPermissionsBoundary", userName="guarded", policyName="HubbubTokenIssuer")
    is_denied(*clients)
    admin.call("DeleteUserPermissionsBoundary", userName="guarded")
    works(*clients)


@check
def all_sessions_that_were_given_can_be_ended():
    key, session = a_user("lender", "HubbubReadOnlyAccess")
    far = {"DateLessThan": {"aws:TokenIssueTime": "2999-01-01T00:00:00Z"}}
    admin.policy("NoOldSessions", statement("Deny", Action="*", Condition=far))
    works(key, session)
    admin.call("AttachUserPolicy", userName="lender", policyName="NoOldSessions")
    is_denied(session)
    works(key)


@check
def a_session_s_parts_are_good_together_only():
    one, other = admin.assume("lender"), admin.assume("lender")
    key = admin.another_key("lender")
    admin.call("DetachUserPolicy", userName="lender", policyName="NoOldSessions")
    works(admin.client(one), admin.client(other), admin.client(key))
    for mixed in (
        one._replace(token=None),
        one._replace(token=other.token),
        one._replace(id=other.id),
        key._replace(token=one.token),
        admin.ROOT._replace(token=one.token),
        one._replace(token=one.token[:-8] + "AAAAAAAA"),
    ):
        is_nobody_s(admin.client(mixed))
    wrong = one._replace(secret=other.secret)
    refusal(admin.client(wrong).get_room, "InvalidSignatureException", 403, identifier=stage.room)
