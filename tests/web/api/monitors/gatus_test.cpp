// Gatus' external endpoint, as its clients see it.
#include <doctest/doctest.h>

#include "tests/support/push_monitor.h"

using namespace connlog;

TEST_CASE("an external endpoint takes results with its token, and answers as documented") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const auto send = [&](const std::string& name, const std::string& query, const std::string& token,
                        const std::string& method = "POST") {
    std::vector<std::pair<std::string, std::string>> headers;
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
    return from_program(app, "/api/v1/endpoints/" + name + "/external" + query, method, {}, headers);
  };
  CHECK(send("core_backup", "?success=true&duration=1m1.5s", job.token).status == 200);
  CHECK(monitor_of(app, job)["observed"] == "up");
  CHECK(send("_backup", "?success=false&error=no%20space&duration=10s", job.token).status == 200);
  CHECK(monitor_of(app, job)["observed"] == "down");
  CHECK(monitor_of(app, job)["detail"] == "it said: no space");
  CHECK(send("core_backup", "?success=perhaps", job.token).status == 400);
  CHECK(send("core_backup", "", job.token).status == 400);
  CHECK(send("core_backup", "?success=true&duration=ten", job.token).status == 400);
  CHECK(send("core_backup", "?success=true", "").status == 401);
  CHECK(send("core_backup", "?success=true", std::string(32, 'a')).status == 401);
  CHECK(send("core_other", "?success=true", job.token).status == 404);
  CHECK(send("core_backup", "?success=true", job.token, "GET").status == 405);
  CHECK(from_program(app, "/api/v1/endpoints/x").status == 404);
}
