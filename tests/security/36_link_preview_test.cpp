// Threat 36: a chat's link preview counts as a success, and hides a job that does not run.
#include <doctest/doctest.h>

#include "tests/support/push_monitor.h"

using namespace connlog;

TEST_CASE("a link preview is recorded as ignored and changes nothing") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  for (const char* agent :
       {"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "WhatsApp/2.23.20.0"}) {
    CAPTURE(agent);
    CHECK(from_program(app, job.path(), "GET", {}, {{"User-Agent", agent}}).body == "OK");
    CHECK(pings_of(app, job)[0]["kind"] == "ign");
    CHECK(monitor_of(app, job)["observed"] == "pending");
  }
}

TEST_CASE("where POST alone counts, no reader of the address counts as a success") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup", {{"post_only", true}});
  CHECK(from_program(app, job.path(), "GET", {}, {{"User-Agent", "a browser nobody knows"}}).status == 200);
  CHECK(from_program(app, job.path() + "/fail", "HEAD").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "pending");
  CHECK(from_program(app, job.path(), "POST").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "up");
}
