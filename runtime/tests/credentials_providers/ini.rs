use alicloud_runtime::credentials::{Context, Environment, IniFile, ProvideCredentials};

use crate::support::*;

fn at_home(home: &Home) -> Context {
    Context::new(transport()).environment(Environment::from_map([("", "")]).with_home(home.path()))
}

fn access_key(id: &str) -> String {
    format!("type = access_key\naccess_key_id = {id}\naccess_key_secret = {SECRET}\n")
}

#[tokio::test]
async fn both_default_files_are_known_and_the_one_with_a_suffix_wins() {
    let home = Home::new();
    home.write(
        ".alibabacloud/credentials",
        &format!("[default]\n{}", access_key("plain")),
    );
    let found = IniFile::new(&at_home(&home)).provide().await.unwrap();
    assert_eq!(
        (found.access_key_id(), found.access_key_secret()),
        ("plain", SECRET)
    );

    home.write(
        ".alibabacloud/credentials.ini",
        &format!("[default]\n{}", access_key("suffixed")),
    );
    let found = IniFile::new(&at_home(&home)).provide().await.unwrap();
    assert_eq!(found.access_key_id(), "suffixed");
}

#[tokio::test]
async fn file_and_section_can_be_chosen() {
    let home = Home::new();
    let text = format!("[default]\n{}[other]\n{}", access_key("a"), access_key("b"));
    let path = home.write("my.ini", &text);
    let context = context_with([
        ("ALIBABA_CLOUD_CREDENTIALS_FILE", path.to_str().unwrap()),
        ("ALIBABA_CLOUD_PROFILE", "other"),
    ]);
    assert_eq!(
        IniFile::new(&context)
            .provide()
            .await
            .unwrap()
            .access_key_id(),
        "b"
    );
    let chosen = IniFile::new(&context).section("default");
    assert_eq!(chosen.provide().await.unwrap().access_key_id(), "a");
    let chosen = IniFile::new(&context_with([])).path(path);
    assert_eq!(chosen.provide().await.unwrap().access_key_id(), "a");
}

#[tokio::test]
async fn comments_colons_case_and_a_byte_order_mark_are_understood() {
    let home = Home::new();
    let text = format!(
        "\u{feff}# a comment\r\n; another\r\n\r\n[ default ]\r\nType: access_key # why\r\n\
         ACCESS_KEY_ID=id#not this\r\naccess_key_secret={SECRET}\r\n[default]\r\naccess_key_id = again\r\n"
    );
    let path = home.write("x.ini", &text);
    let found = IniFile::new(&context()).path(path).provide().await.unwrap();
    assert_eq!(
        (found.access_key_id(), found.access_key_secret()),
        ("again", SECRET)
    );
}

#[tokio::test]
async fn a_role_is_taken_on_with_the_sections_key() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let home = Home::new();
    let text = format!(
        "[default]\ntype = ram_role_arn\naccess_key_id = source\naccess_key_secret = {SECRET}\n\
         role_arn = acs:ram::1:role/r\nrole_session_name = me\npolicy = {{\"Version\": \"1\"}}\n"
    );
    let path = home.write("x.ini", &text);
    let context = context().sts_endpoint(server.address());
    let found = IniFile::new(&context).path(path).provide().await.unwrap();
    assert_key(&found, "id");
    let seen = &server.seen()[0];
    assert_eq!(seen.query("RoleArn"), Some("acs:ram::1:role/r"));
    assert_eq!(seen.query("RoleSessionName"), Some("me"));
    assert_eq!(seen.query("Policy"), Some(r#"{"Version": "1"}"#));
    assert!(
        seen.header_or_empty("authorization")
            .contains("Credential=source,")
    );
}

#[tokio::test]
async fn an_oidc_role_is_taken_on() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let home = Home::new();
    let token = home.write("token", "t");
    let text = format!(
        "[default]\ntype=oidc_role_arn\nrole_arn=r\noidc_provider_arn=p\noidc_token_file_path={}\n",
        token.display()
    );
    let path = home.write("x.ini", &text);
    let context = context().sts_endpoint(server.address());
    let found = IniFile::new(&context).path(path).provide().await.unwrap();
    assert_key(&found, "id");
    assert_eq!(server.seen()[0].form("OIDCProviderArn"), Some("p"));
}

#[tokio::test]
async fn an_instance_role_is_asked_for() {
    let server = FakeService::unsigned(|request| match request.method.as_str() {
        "PUT" => ok("token"),
        _ => ok(key_json(request.path.rsplit('/').next().unwrap(), &soon())),
    })
    .await;
    let home = Home::new();
    let path = home.write("x.ini", "[default]\ntype=ecs_ram_role\nrole_name=web\n");
    let context = context().metadata_endpoint(server.address());
    let found = IniFile::new(&context).path(path).provide().await.unwrap();
    assert_key(&found, "web");
}

#[tokio::test]
async fn what_is_wrong_in_a_file_is_said_without_its_values() {
    for (text, why) in [
        (String::new(), "no section `default`"),
        (
            format!("[default\n{SECRET}"),
            "line 1: a section's name ends in `]`",
        ),
        (
            format!("[default]\n{SECRET} {TOKEN}").replace('=', "-"),
            "line 2 is neither",
        ),
        ("[default]\n".to_owned(), "no `type`"),
        (
            format!("[default]\ntype=access_key\naccess_key_secret={SECRET}"),
            "no `access_key_id`",
        ),
        (
            "[default]\ntype=access_key\naccess_key_id=a".to_owned(),
            "no `access_key_secret`",
        ),
        (
            "[default]\ntype=rsa_key_pair".to_owned(),
            "is of the type `rsa_key_pair`",
        ),
        (
            format!("[default]\ntype=ram_role_arn\n{}", &access_key("a")[18..]),
            "no `role_arn`",
        ),
    ] {
        let home = Home::new();
        let path = home.write("x.ini", &text);
        let shown = text_of(IniFile::new(&context()).path(&path).provide().await);
        assert!(shown.contains(why), "{text}: {shown}");
        assert!(shown.contains(path.to_str().unwrap()), "{shown}");
    }
}

#[tokio::test]
async fn without_a_file_the_default_place_is_named() {
    let home = Home::new();
    let text = text_of(IniFile::new(&at_home(&home)).provide().await);
    assert!(
        text.contains("cannot read") && text.contains("credentials.ini"),
        "{text}"
    );
    let text = text_of(IniFile::new(&context()).provide().await);
    assert!(text.contains("no home directory"), "{text}");
}

#[tokio::test]
async fn sts_is_asked_where_the_section_says_unless_the_environment_does() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let home = Home::new();
    let text = format!(
        "[default]\n{}type = ram_role_arn\nrole_arn = r\nsts_endpoint = {}\n",
        access_key("a"),
        server.address()
    );
    let path = home.write("x.ini", &text);
    let found = IniFile::new(&context()).path(&path).provide().await;
    assert_key(&found.unwrap(), "id");
    let elsewhere = context_with([("ALIBABA_CLOUD_STS_ENDPOINT", "http://127.0.0.1:1")]);
    text_of(IniFile::new(&elsewhere).path(&path).provide().await);
    assert_eq!(server.seen().len(), 1);
}
