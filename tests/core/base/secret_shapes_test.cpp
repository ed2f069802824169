// Every shape of secrets with examples that are found and examples that are not. The examples are put together here, so that
// no scanner takes this file for a leak.
#include "core/base/secret_shapes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/base/checksum.h"
#include "tests/support/outside.h"

using namespace connlog;

namespace {

std::string of(const std::string& alphabet, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += alphabet[(i * 7 + 3) % alphabet.size()];
  return text;
}
const std::string kHex = "0123456789abcdef";
const std::string kAlnum = "aZ3bY4cX5dW6eV7fU8gT9hS";
const std::string kUpper = "QWERTY234567ZXCVB";

// A prefix, and the least that makes it a secret: one character less makes it none.
struct Token {
  const char* shape;
  std::string prefix, body;
};

std::vector<Token> tokens() {
  const std::string cl = of(kHex, 56);
  std::string cl_sum;
  for (int shift = 28; shift >= 0; shift -= 4) cl_sum += kHex[crc32(cl) >> shift & 15];
  const std::string core = of(kAlnum, 22);
  return {
      {"connlog_agent", "agent_", of(kHex, 64)},
      {"connlog_enrolment_key", "enrol_", of(kHex, 64)},
      {"connlog_session", "cls_", of(kHex, 64)},
      {"connlog_api_key", "cl_", cl + cl_sum},
      {"connlog_setup", "setup_", of(kHex, 64)},
      {"connlog_link", "link_", of(kHex, 64)},
      {"connlog_ack_link", "ack_", of(kHex, 96)},
      {"connlog_login", "login_", of(kHex, 64)},
      {"webhook_secret", "whsec_", of(kAlnum, 24)},
      {"checks_write_key", "hcw_", core + crc32_base62(core)},
      {"checks_read_key", "hcr_", core + crc32_base62(core)},
      {"event_key", "rk", of(kAlnum, 30)},
      {"github_token", "ghp_", of(kAlnum, 36)},
      {"github_oauth", "gho_", of(kAlnum, 36)},
      {"github_user", "ghu_", of(kAlnum, 36)},
      {"github_server", "ghs_", of(kAlnum, 36)},
      {"github_refresh", "ghr_", of(kAlnum, 36)},
      {"github_fine_grained", "github_pat_", of(kAlnum, 22) + "_" + of(kAlnum, 37)},
      {"gitlab_token", "glpat-", of(kAlnum, 20)},
      {"gitlab_deploy", "gldt-", of(kAlnum, 20)},
      {"gitlab_runner", "glrt-", of(kAlnum, 20)},
      {"gitlab_trigger", "glptt-", of(kAlnum, 40)},
      {"atlassian_token", "ATATT3", of(kAlnum, 100)},
      {"npm_token", "npm_", of(kAlnum, 36)},
      {"pypi_token", "pypi-AgE", of(kAlnum, 50)},
      {"rubygems_token", "rubygems_", of(kHex, 48)},
      {"docker_token", "dckr_pat_", of(kAlnum, 27)},
      {"aws_key_id", "AKIA", of(kUpper, 16)},
      {"aws_session_key_id", "ASIA", of(kUpper, 16)},
      {"google_api_key", "AIza", of(kAlnum, 35)},
      {"google_oauth_secret", "GOCSPX-", of(kAlnum, 28)},
      {"google_access_token", "ya29.", of(kAlnum, 30)},
      {"digitalocean_token", "dop_v1_", of(kHex, 64)},
      {"databricks_token", "dapi", of(kHex, 32)},
      {"vault_token", "hvs.", of(kAlnum, 24)},
      {"doppler_token", "dp.pt.", of(kAlnum, 40)},
      {"tailscale_key", "tskey-", of(kAlnum, 20)},
      {"age_key", "AGE-SECRET-KEY-1", of(kUpper, 58)},
      {"stripe_key", "sk_live_", of(kAlnum, 24)},
      {"stripe_test_key", "sk_test_", of(kAlnum, 24)},
      {"stripe_restricted_key", "rk_live_", of(kAlnum, 24)},
      {"square_token", "sq0atp-", of(kAlnum, 22)},
      {"shopify_token", "shpat_", of(kHex, 32)},
      {"shopify_secret", "shpss_", of(kHex, 32)},
      {"slack_bot", "xoxb-", of(kAlnum, 24)},
      {"slack_user", "xoxp-", of(kAlnum, 24)},
      {"slack_app", "xapp-", of(kAlnum, 24)},
      {"sendgrid_key", "SG.", of(kAlnum, 22) + "." + of(kAlnum, 43)},
      {"mailgun_key", "key-", of(kHex, 32)},
      {"openai_key", "sk-", of(kAlnum, 32) + "T3BlbkFJ"},
      {"openai_project_key", "sk-proj-", of(kAlnum, 40)},
      {"anthropic_key", "sk-ant-", of(kAlnum, 40)},
      {"huggingface_token", "hf_", of(kAlnum, 34)},
      {"grafana_cloud_token", "glc_", of(kAlnum, 32)},
      {"grafana_service_token", "glsa_", of(kAlnum, 32) + "_" + of(kHex, 8)},
      {"new_relic_key", "NRAK-", of(kUpper, 27)},
      {"linear_key", "lin_api_", of(kAlnum, 40)},
      {"notion_token", "ntn_", of(kAlnum, 43)},
      {"postman_key", "PMAK-", of(kHex, 24) + "-" + of(kHex, 34)},
      {"sentry_token", "sntrys_", of(kAlnum, 40)},
  };
}

struct Form {
  const char* shape;
  std::string text, secret;
};

std::vector<Form> forms() {
  const std::string uuid = "0b7f2c44-91d3-4a57-8c1e-5f6a7b8c9d0e";
  const std::string pem = "-----BEGIN " + std::string("RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----");
  const std::string openssh = "-----BEGIN " + std::string("OPENSSH PRIVATE KEY-----\nb3BlbnNz");
  const std::string jwt = "eyJhbGciOiJIUzI1NiJ9." + std::string("eyJzdWIiOiIxMjM0In0.") + of(kAlnum, 43);
  const std::string telegram = "123456789:" + of(kAlnum, 35);
  const std::string discord = "M" + of(kAlnum, 23) + "." + of(kAlnum, 6) + "." + of(kAlnum, 27);
  const std::string slack = "https://hooks.slack.com/services/T00000000/B00000000/" + of(kAlnum, 24);
  const std::string hook = "https://discord.com/api/webhooks/123456789012345678/" + of(kAlnum, 68);
  const std::string words = "lusab-babad-gutih-tugad-lusab-babad-gutih-tugad-lusab-babad";
  const std::string key22 = of(kAlnum, 22), token32 = of(kAlnum, 32);
  return {
      {"private_key", "key:\n" + pem + "\nend", pem},
      {"private_key", openssh, openssh},  // cut off: to the end
      {"json_web_token", "got " + jwt + " back", jwt},
      {"url_password", "see https://ada:hunter2@example.org/x", "hunter2"},
      {"url_password", "postgres://app:s3cr3t@db:5432/app", "s3cr3t"},
      {"url_password", "amqp://u:p%40ss@mq", "p%40ss"},
      {"telegram_token", "bot " + telegram, telegram},
      {"discord_token", discord, discord},
      {"slack_webhook", "post to " + slack, slack},
      {"discord_webhook", hook + ".", hook},
      {"connection_string", "Server=db;User Id=app;Password=abc;", "abc"},
      {"connection_string", "Server=db;Pwd=x1;Database=d", "x1"},
      {"connection_string", "AccountName=a;AccountKey=" + of(kAlnum, 40) + "==", of(kAlnum, 40) + "=="},
      {"named_secret", "PASSWORD=correct-horse", "correct-horse"},
      {"named_secret", "export DB_PASSWORD='correct horse battery'", "correct horse battery"},
      {"named_secret", R"({"client_secret": "abcdefgh12"})", "abcdefgh12"},
      {"named_secret", "https://example.org/hook?token=abcd1234efgh&x=1", "abcd1234efgh"},
      {"named_secret", "api_key: abcd1234", "abcd1234"},
      {"named_secret", "aws_secret_access_key = wJalrXUtnFEMI1", "wJalrXUtnFEMI1"},
      {"authorization_header", "Authorization: Bearer abcdef0123456789", "abcdef0123456789"},
      {"authorization_header", "authorization: Basic YWRhOmh1bnRlcjI=", "YWRhOmh1bnRlcjI="},
      {"recovery_key", words, words},
      {"ping_address", "curl https://m.example.org/ping/" + uuid + "/start", uuid},
      {"ping_address", "https://m.example.org/ping/" + key22 + "/backup", key22},
      {"ping_address", "https://m.example.org/api/push/" + token32 + "?status=up", token32},
  };
}

}  // namespace

TEST_CASE("a token is found at its least length, not one character shorter, and not inside a word") {
  for (const Token& token : tokens()) {
    CAPTURE(token.shape);
    const std::string whole = token.prefix + token.body;
    const auto found = find_secrets("It was " + whole + ", they say.");
    REQUIRE(found.size() == 1);
    CHECK(found[0].shape == token.shape);
    CHECK(found[0].at == 7);
    CHECK(found[0].length == whole.size());
    CHECK(find_secrets("It was " + whole.substr(0, whole.size() - 1) + ", they say.").empty());
    CHECK(find_secrets("It was x" + whole + ", they say.").empty());
    CHECK(mask_secrets(whole).find(token.body) == std::string::npos);
  }
}

TEST_CASE("keys, addresses, connection strings and named values are found, and only their secret part is masked") {
  for (const Form& form : forms()) {
    CAPTURE(form.text);
    const auto found = find_secrets(form.text);
    REQUIRE(found.size() == 1);
    CHECK(found[0].shape == form.shape);
    CHECK(form.text.substr(found[0].at, found[0].length) == form.secret);
    const std::string masked = mask_secrets(form.text);
    CHECK(masked.find(form.secret) == std::string::npos);
    CHECK(find_secrets(masked).empty());
  }
}

TEST_CASE("texts that are no secrets stay as they are") {
  for (const std::string& text :
       std::vector<std::string>{"",
                                "backup ok, 312 files",
                                "agent_1 and a head 12:" + std::string(64, 'a'),
                                "password:",
                                "Password: forgotten?",
                                "the password is wrong",
                                "password=***",
                                "password=<yours>",
                                "token=${TOKEN}",
                                "secret: {{ secret }}",
                                "token=short",
                                "max_tokens=4096000000",
                                "https://example.org/a:b@c",
                                "https://ada@example.org/",
                                "https://user:$PASSWORD@example.org/",
                                "mailto:ada@example.org",
                                "12:30:45 started",
                                "2026-11-30T12:00:00Z",
                                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                                "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
                                "eyJ",
                                "eyJhbGciOiJIUzI1NiJ9",
                                "eyJhbGciOiJIUzI1NiJ9.abc.def",
                                "Authorization: none",
                                "a tokenizer: fast",
                                "sk-short",
                                "key-value store",
                                "SG.tiny",
                                "AKIA1234",
                                "1234567:tooshort",
                                "/ping/not-a-uuid",
                                "/api/push/short",
                                "exit status 3",
                                "sha256:" + of(kHex, 64),
                                "commit " + of(kHex, 40),
                                "0b7f2c44-91d3-4a57-8c1e-5f6a7b8c9d0e",
                                "Größe: 12 GiB",
                                "lusab-babad-gutih",
                                "hcw_" + of(kAlnum, 28),
                                "cl_" + of(kHex, 64),
                                "Server=db;Password=;"}) {
    CAPTURE(text);
    CHECK(find_secrets(text).empty());
    CHECK(mask_secrets(text) == text);
  }
}

TEST_CASE("several secrets of one text are found in order and do not overlap") {
  const std::string text = "a=1 ghp_" + of(kAlnum, 36) + " and https://u:pass@h and token=" + "npm_" + of(kAlnum, 36);
  const auto found = find_secrets(text);
  REQUIRE(found.size() == 3);
  CHECK(found[0].shape == "github_token");
  CHECK(found[1].shape == "url_password");
  CHECK(found[2].shape == "npm_token");  // a value that has a form of its own
  for (std::size_t i = 1; i < found.size(); ++i) CHECK(found[i].at >= found[i - 1].at + found[i - 1].length);
}

TEST_CASE("there are forty shapes and more, each once, and the document lists each") {
  std::set<std::string> words;
  for (const SecretShape& shape : secret_shapes()) {
    CAPTURE(shape.word);
    CHECK(words.insert(std::string(shape.word)).second);
  }
  CHECK(words.size() >= 40);
  const std::string document = test::read_text(test::source_directory() / "docs" / "secret-shapes.md");
  REQUIRE_FALSE(document.empty());
  for (const std::string& word : words) {
    CAPTURE(word);
    CHECK(document.find("`" + word + "`") != std::string::npos);
  }
  std::set<std::string> tried;
  for (const Token& token : tokens()) tried.insert(token.shape);
  for (const Form& form : forms()) tried.insert(form.shape);
  CHECK(tried == words);
}

TEST_CASE("a long hostile text is looked through once") {
  for (const std::string& piece : {std::string("eyJ-"), std::string("sk-"), std::string("://a:b"), std::string("=\"'"),
                                   std::string("-----BEGIN "), std::string("token="), std::string("lusab-")}) {
    std::string text;
    while (text.size() < 300'000) text += piece;
    CHECK(mask_secrets(text).size() <= 2 * text.size());
  }
}
