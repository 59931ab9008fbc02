"""Tags, on rooms and on logging configurations alike."""

from checks import check, equal
from ivs import ODD_TAGS, body, both_kinds, invalid, ivschat, logging_arn, loose, refusal, room_arn, tags_of


@check
def tags_of_any_spelling_are_added_and_removed():
    for arn in both_kinds():
        equal(tags_of(arn), {}, "tags of a new resource")
        equal(body(ivschat.tag_resource(resourceArn=arn, tags=ODD_TAGS)), {})
        equal(tags_of(arn), ODD_TAGS)
        equal(body(ivschat.untag_resource(resourceArn=arn, tagKeys=["a b/é+~%2F", "日本", "absent"])), {})
        equal(tags_of(arn), {"empty": ""})


@check
def a_tag_is_overwritten():
    for arn in both_kinds(tags={"k": "old", "stays": "1"}):
        ivschat.tag_resource(resourceArn=arn, tags={"k": "new"})
        equal(tags_of(arn), {"k": "new", "stays": "1"})


@check
def tags_show_on_the_resource():
    room, identifier = both_kinds(tags={"k": "v"})
    ivschat.tag_resource(resourceArn=room, tags=ODD_TAGS)
    equal(ivschat.get_room(identifier=room)["tags"], {"k": "v"} | ODD_TAGS)
    equal(ivschat.get_logging_configuration(identifier=identifier)["tags"], {"k": "v"})


@check
def a_resource_takes_fifty_tags():
    fifty = {f"key{number}": "v" for number in range(50)}
    for arn in both_kinds(tags=fifty):
        equal(tags_of(arn), fifty)
        refusal(loose.tag_resource, "ValidationException", 400, resourceArn=arn, tags={"one": "more"})
        equal(tags_of(arn), fifty, "tags after the refusal")


@check
def tags_have_lengths():
    arn = ivschat.create_room()["arn"]
    ivschat.tag_resource(resourceArn=arn, tags={"é" * 128: "ü" * 256})
    invalid(loose.tag_resource, "tags", resourceArn=arn, tags={"k" * 129: "v"})
    invalid(loose.tag_resource, "tags", resourceArn=arn, tags={"": "v"})
    invalid(loose.tag_resource, "tags", resourceArn=arn, tags={"k": "v" * 257})


@check
def tags_of_nothing_are_not_found():
    for arn in (room_arn(), logging_arn()):
        refusal(ivschat.list_tags_for_resource, "ResourceNotFoundException", 404, resourceArn=arn)
        refusal(ivschat.tag_resource, "ResourceNotFoundException", 404, resourceArn=arn, tags={"k": "v"})
        refusal(ivschat.untag_resource, "ResourceNotFoundException", 404, resourceArn=arn, tagKeys=["k"])
