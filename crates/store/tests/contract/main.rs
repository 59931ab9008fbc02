//! What every back end of the store promises. Each promise is an async function that takes an empty store; a second
//! back end is a second `promises!` line with its own way to open one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod access_keys;
mod access_policies;
mod access_users;
mod accounts;
mod all_access;
mod logging_configurations;
mod paging;
mod rooms;
mod sample;
mod tags;
mod token_keys;

use store::Store;

/// Opens an empty SQLite store; the directory lives as long as what comes with it.
async fn open_sqlite() -> (Store, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (Store::open(directory.path()).await.unwrap(), directory)
}

macro_rules! promises {
    ($back_end:ident, $open:path: $($part:ident { $($promise:ident),* $(,)? })*) => {
        mod $back_end {
            $(mod $part {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    let (store, _kept) = $open().await;
                    crate::$part::$promise(store.clone()).await;
                    store.ready().await.unwrap();
                })*
            })*
        }
    };
}

promises! { sqlite, crate::open_sqlite:
    rooms {
        a_room_comes_back_as_it_was_written,
        an_id_belongs_to_its_account,
        an_id_is_taken_once,
        a_quota_holds_under_concurrency,
        an_update_changes_what_it_says_and_no_more,
        concurrent_updates_lose_nothing,
        update_times_only_go_forward,
        what_is_refused_leaves_nothing_behind,
        a_deleted_room_is_gone,
        a_panic_in_a_change_loses_that_change_only,
        all_rooms_are_shown_once,
    }
    logging_configurations {
        each_destination_comes_back,
        a_configuration_can_be_changed,
        a_quota_of_their_own,
        the_order_of_attachment_is_kept,
        a_configuration_must_exist_to_be_attached,
        an_attached_configuration_cannot_be_deleted,
        attaching_and_deleting_never_both_succeed,
        pages_show_each_once,
        each_state_comes_back,
        only_some_states_can_be_updated,
        only_some_states_can_be_deleted,
        one_that_is_to_be_deleted_is_missing_to_rooms,
        a_state_settles_only_from_what_was_seen,
        one_goes_only_when_it_is_being_deleted,
        all_configurations_are_shown_once,
    }
    paging {
        filters_find_exactly_what_matches,
        pages_between_changes_neither_skip_nor_repeat,
        pages_amid_changes_neither_skip_nor_repeat,
    }
    tags {
        tags_are_any_unicode,
        tags_do_not_move_the_update_time,
        a_refused_change_leaves_the_tags,
        tags_need_a_resource,
    }
    token_keys {
        keys_come_back_newest_first,
        an_id_of_a_key_is_taken_once,
        expired_keys_are_deleted,
    }
    accounts {
        an_account_comes_back_and_can_be_marked,
        an_account_is_created_once,
        an_account_that_holds_something_stays,
    }
    access_users {
        a_user_comes_back_as_it_was_written,
        a_name_is_taken_once_in_any_case,
        a_user_is_found_in_any_case,
        a_user_belongs_to_its_account,
        a_user_needs_its_account_and_policies,
        tags_of_a_user_are_changed_or_refused,
        attachments_keep_their_order,
        ten_policies_and_no_more,
        a_boundary_is_set_and_taken_away,
        a_policy_may_be_elsewhere,
        a_user_with_keys_or_policies_stays_unless_forced,
        what_is_missing_is_named,
        a_user_quota_holds_under_concurrency,
    }
    access_keys {
        a_key_comes_back_as_it_was_written,
        an_id_of_an_access_key_is_taken_once,
        two_keys_and_no_more_under_concurrency,
        a_key_is_made_inactive_and_active,
        a_key_belongs_to_its_user,
        a_last_use_only_goes_forward,
        a_key_needs_its_user,
        a_key_names_its_user_as_the_user_is_written,
    }
    access_policies {
        a_policy_comes_back_as_it_was_written,
        a_policys_name_is_taken_once_in_any_case,
        a_policy_belongs_to_its_account,
        an_update_changes_the_document_only,
        a_document_has_a_limit,
        a_policy_in_use_stays,
        a_policy_in_use_names_some_of_many_users,
        attaching_and_deleting_a_policy_never_both_succeed,
        a_policy_quota_holds_under_concurrency,
    }
    all_access {
        nothing_is_nothing,
        everything_is_shown_once,
        it_is_one_moment,
    }
}
