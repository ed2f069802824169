// Enrolment against answers that are not connlog's: the host asks again, and believes a refusal only in connlog's words.

#include "host/enrolment.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "core/base/random.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;

namespace {

const std::string kGranted =
    R"({"ok":true,"agent_id":"x","name":"web-1","token":"agent_)" + std::string(64, 'a') + R"("})";

struct Enrolling {
  TemporaryDirectory directory;
  SystemRandom random;
  AgentSettings settings;
  std::vector<HttpAnswer> answers;  // one after another; the last one again and again
  std::vector<std::string> said;
  std::size_t asked = 0;

  Result<Secret> run() {
    settings.base = "https://monitor.example.org";
    const EnrolmentSurroundings surroundings{.root = directory.path().string(),
                                             .random = random,
                                             .perform =
                                                 [this](const HttpRequest&) {
                                                   HttpOutcome outcome;
                                                   outcome.answer = answers[std::min(asked, answers.size() - 1)];
                                                   ++asked;
                                                   return outcome;
                                                 },
                                             .sleep = [](milliseconds) {},
                                             .say = [this](const std::string& line) { said.push_back(line); }};
    return enrol(settings, Secret("enrol_" + std::string(64, 'b')), "web-1", "", surroundings);
  }
};

HttpAnswer answer(int status, std::string body) {
  HttpAnswer made;
  made.status = status;
  made.body = std::move(body);
  return made;
}

}  // namespace

TEST_CASE("a proxy that answers while the appliance restarts does not end an enrolment") {
  for (const int status : {302, 401, 403, 404, 409, 410, 423, 429}) {
    CAPTURE(status);
    Enrolling enrolling;
    enrolling.answers = {answer(status, "<html>one moment</html>"), answer(200, "<html>log in</html>"),
                         answer(201, kGranted)};
    const auto token = enrolling.run();
    REQUIRE(token);
    CHECK(token->reveal() == "agent_" + std::string(64, 'a'));
    CHECK(enrolling.asked == 3);
    CHECK(enrolling.said.size() == 2);
  }
}

TEST_CASE("an answer that stays foreign says so at the end") {
  Enrolling enrolling;
  enrolling.answers = {answer(404, "404 page not found")};
  const auto token = enrolling.run();
  REQUIRE_FALSE(token);
  CHECK(token.error().message.find("Is it a connlog server") != std::string::npos);
  CHECK(enrolling.asked == 5);
}

TEST_CASE("a refusal in connlog's words ends an enrolment at once") {
  Enrolling enrolling;
  enrolling.answers = {
      answer(403, R"({"ok":false,"error":"ENROLMENT_KEY_REVOKED","message":"This enrolment key was revoked."})")};
  const auto token = enrolling.run();
  REQUIRE_FALSE(token);
  CHECK(token.error().message == "This enrolment key was revoked.");
  CHECK(enrolling.asked == 1);
}
