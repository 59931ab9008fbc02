"""Two accounts on one server: nothing of one is done, seen or told apart from nothing by the users of the other."""

import admin
from checks import ACCOUNT, check, equal, true
from ivs import body, ivschat, refusal
from rows import ROWS
from stage import Nowhere, Stage, listed

admin.call("CreateAccount", accountId=admin.OTHER_ACCOUNT)
resident = admin.client(admin.user("resident", "HubbubFullAccess", account=admin.OTHER_ACCOUNT))
local = admin.client(admin.user("local", "HubbubFullAccess"))

ours, theirs = Stage(ivschat), Stage(resident)

# Who asks, and whose things are asked for.
CALLERS = {
    "a_user_of_the_other_account": (resident, admin.user_arn("resident", admin.OTHER_ACCOUNT), ours),
    "a_user_of_the_server_s_account": (local, admin.user_arn("local"), theirs),
    "the_root": (ivschat, f"arn:aws:iam::{ACCOUNT}:root", theirs),
}


def across(row, client, arn, stage):
    """The check that the row is refused across the border, whether or not there is anything behind it."""

    def is_refused():
        for target in (stage, Nowhere(stage.account)):
            words = (
                f"User: {arn} is not authorized to perform: {row.action} on resource: {row.resource(target)} "
                f"because no resource-based policy allows the {row.action} action"
            )
            row.is_refused(client, target, "AccessDeniedException", words, watched=stage)

    return is_refused


def at_home(row):
    """The check that what names no resource stays in the caller's own account."""

    def stays():
        before, at_theirs = ours.look(), theirs.look()
        answer = body(row.call(resident, theirs))
        true(ACCOUNT not in str(answer), f"the answer tells of the other account: {answer}")
        equal(ours.look(), before, "what there is in the account that was not asked")
        equal(theirs.look() != at_theirs, row.changes, "whether something changed in the one that was")

    return stays


for row in ROWS:
    if not row.names_a_resource:
        function = at_home(row)
        function.__name__ = f"{row.name}_stays_in_the_account"
        check(function)
        continue
    for who, (client, arn, stage) in CALLERS.items():
        function = across(row, client, arn, stage)
        function.__name__ = f"{row.name}_is_refused_to_{who}"
        check(function)


@check
def lists_show_one_account_and_no_filter_reaches_into_another():
    for client, mine, other in ((resident, theirs, ours), (ivschat, ours, theirs)):
        for operation, member in (
            (client.list_rooms, "rooms"),
            (client.list_logging_configurations, "loggingConfigurations"),
        ):
            accounts = {arn.split(":")[4] for arn in listed(operation, member)}
            equal(accounts, {mine.account}, f"accounts in {member}")
        for configuration in (other.configuration, Nowhere(other.account).configuration):
            equal(client.list_rooms(loggingConfigurationIdentifier=configuration)["rooms"], [], "rooms of others")


@check
def a_page_token_is_good_in_its_own_account_only():
    for made_by, used_by in ((ivschat, resident), (resident, ivschat)):
        made_by.create_room()
        token = made_by.list_rooms(maxResults=1)["nextToken"]
        refusal(used_by.list_rooms, "ValidationException", 400, maxResults=1, nextToken=token)


@check
def another_account_s_logging_configuration_cannot_be_attached_nor_told_from_nothing():
    room = resident.create_room()["arn"]
    nowhere = Nowhere()
    before = ours.look(), theirs.look()
    for call, given in ((resident.create_room, {}), (resident.update_room, {"identifier": room})):
        answers = []
        for configuration in (ours.configuration, nowhere.configuration):
            given["loggingConfigurationIdentifiers"] = [configuration]
            error = refusal(call, "ResourceNotFoundException", 404, **given)
            del error["ResponseMetadata"]
            answers.append(str(error).replace(configuration.rsplit("/")[-1], "ID"))
        equal(answers[0], answers[1], "the answer to what there is, beside the one to what there is not")
    equal((ours.look(), theirs.look()), before, "what there is after the refusals")


@check
def a_user_of_the_other_account_does_not_reach_its_users_either():
    boss = admin.user("boss", "HubbubFullAccess", account=admin.OTHER_ACCOUNT)
    for operation, members in (
        ("ListUsers", {"accountId": ACCOUNT}),
        ("GetUser", {"accountId": ACCOUNT, "userName": "local"}),
        ("GetUser", {"accountId": ACCOUNT, "userName": "nobody"}),
        ("AssumeUser", {"accountId": ACCOUNT, "userName": "local"}),
        ("CreateAccessKey", {"accountId": ACCOUNT, "userName": "local"}),
        ("ListAccounts", {}),
    ):
        status, kind, _ = admin.ask(operation, boss, **members)
        equal((status, kind), (403, "AccessDeniedException"), f"answer to {operation}")
    names = {user["userName"] for user in admin.ask("ListUsers", boss)[2]["users"]}
    equal(names, {"boss", "resident"}, "users of the account")
