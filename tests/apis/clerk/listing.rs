//! `GetSessionList`: order, filters, pages, and what is said of a list without owner.

use serde_json::json;
use standin::clients::clerk_sessions::types::SessionList;
use standin::clients::clerk_sessions::types::SessionStatusFilter;

use super::Clerk;
use super::is;
use super::told;

async fn ids(clerk: &Clerk, user: &str, limit: u64, offset: u64) -> Vec<String> {
    let list = clerk.client.get_session_list().user_id(user);
    let limit = std::num::NonZeroU64::new(limit).unwrap();
    let list = list.limit(limit).offset(offset).send().await.unwrap();
    match list.into_inner() {
        SessionList::Array(sessions) => {
            sessions.0.iter().map(|session| session.id.to_string()).collect()
        }
        SessionList::Page(page) => panic!("not asked for a page: {page:?}"),
    }
}

#[tokio::test]
async fn sessions_are_listed_newest_first_and_in_portions() {
    let clerk = Clerk::start().await;
    let all = ids(&clerk, "user_ada", 500, 0).await;
    assert_eq!(
        all,
        [
            "sess_active",
            "sess_revoked",
            "sess_ended",
            "sess_replaced",
            "sess_removed",
            "sess_expired",
            "sess_abandoned"
        ]
    );
    assert_eq!(ids(&clerk, "user_ada", 2, 1).await, all[1..3]);
    assert_eq!(ids(&clerk, "user_ada", 2, 99).await, [""; 0]);
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn sessions_of_one_instant_are_listed_in_the_reverse_order_of_their_making() {
    let clerk = Clerk::start().await;
    let first = clerk.act("sign-in", json!({ "user_id": "user_mary" })).await;
    let second = clerk.act("sign-in", json!({ "user_id": "user_mary" })).await;
    let listed = ids(&clerk, "user_mary", 2, 0).await;
    assert_eq!(json!(listed), json!([second["session"]["id"], first["session"]["id"]]));
}

#[tokio::test]
async fn ten_sessions_are_listed_unless_more_are_asked_for() {
    let clerk = Clerk::start().await;
    for _ in 0..12 {
        clerk.act("sign-in", json!({ "user_id": "user_mary" })).await;
    }
    let list = clerk.client.get_session_list().user_id("user_mary").send().await.unwrap();
    let SessionList::Array(sessions) = list.into_inner() else { panic!("an array") };
    assert_eq!(sessions.0.len(), 10);
}

#[tokio::test]
async fn a_status_filters_what_the_clock_made_of_sessions() {
    let clerk = Clerk::start().await;
    for (status, id) in [
        (SessionStatusFilter::Active, "sess_active"),
        (SessionStatusFilter::Revoked, "sess_revoked"),
        (SessionStatusFilter::Ended, "sess_ended"),
        (SessionStatusFilter::Replaced, "sess_replaced"),
        (SessionStatusFilter::Removed, "sess_removed"),
        (SessionStatusFilter::Expired, "sess_expired"),
        (SessionStatusFilter::Abandoned, "sess_abandoned"),
    ] {
        let list = clerk.client.get_session_list().user_id("user_ada").status(status);
        let list = list.send().await.unwrap();
        let SessionList::Array(sessions) = list.into_inner() else { panic!("an array") };
        let found: Vec<_> = sessions.0.iter().map(|session| session.id.to_string()).collect();
        assert_eq!(found, [id], "{status}");
    }
}

#[tokio::test]
async fn client_and_user_together_are_an_intersection() {
    let clerk = Clerk::start().await;
    let list = clerk.client.get_session_list().user_id("user_ada").client_id("client_ada_phone");
    let answer = list.send().await.unwrap();
    assert_eq!(answer.headers()["standin-basis"], "assumed");
    let SessionList::Array(sessions) = answer.into_inner() else { panic!("an array") };
    assert_eq!(sessions.0.len(), 1);
    let other = clerk.client.get_session_list().user_id("user_mary").client_id("client_ada_phone");
    let SessionList::Array(none) = other.send().await.unwrap().into_inner() else { panic!() };
    assert!(none.0.is_empty());
}

#[tokio::test]
async fn whole_numbers_count_however_they_are_written() {
    let clerk = Clerk::start().await;
    let http = super::sending(&[("authorization", "Bearer sk_test_mock")]);
    for (query, expected) in [
        ("limit=1.0", 1),
        ("offset=6.0", 1),
        ("offset=18446744073709551616", 0),
        ("offset=9223372036854775808", 0),
    ] {
        let url = clerk.server.url(&format!("/v1/sessions?user_id=user_ada&{query}"));
        let list: serde_json::Value = http.get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(list.as_array().map(Vec::len), Some(expected), "{query}: {list}");
    }
}

#[tokio::test]
async fn a_page_tells_how_many_there_are() {
    let clerk = Clerk::start().await;
    let list = clerk.client.get_session_list().user_id("user_ada").paginated(true);
    let limit = std::num::NonZeroU64::new(2).unwrap();
    let SessionList::Page(page) = list.limit(limit).send().await.unwrap().into_inner() else {
        panic!("a page was asked for")
    };
    assert_eq!((page.data.0.len(), page.total_count), (2, 7));
}

#[tokio::test]
async fn a_list_without_owner_is_answered_and_warned_of() {
    let clerk = Clerk::start().await;
    let answer = clerk.client.get_session_list().send().await.unwrap();
    assert_eq!(answer.headers()["standin-basis"], "assumed");
    assert_eq!(answer.headers()["standin-findings"], "1");
    assert_eq!(clerk.found(), ["GetSessionList parameter-missing"]);
    let unknown = clerk.client.get_session_list().user_id("user_nobody").send().await.unwrap();
    let SessionList::Array(none) = unknown.into_inner() else { panic!("an array") };
    assert!(none.0.is_empty());
}

#[tokio::test]
async fn a_list_can_be_made_to_fail_as_clerk_might() {
    let clerk = Clerk::start().await;
    for (example, status, code) in [
        ("missing_query_parameter", 400, "missing_query_parameter"),
        ("client_not_found", 404, "resource_not_found"),
    ] {
        let client = clerk.preferring(&format!("example={example}"));
        let result = client.get_session_list().user_id("user_ada").send().await;
        let (got_status, got_code, _) = told(result);
        assert_eq!((got_status, got_code), is(status, code));
    }
}
