// What follows from a monitor's settings: which value comes from where, within which time one knows, and what is refused.
#include "core/monitors/monitor.h"

#include <doctest/doctest.h>

#include "core/crypto/sealed.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

CheckDefaults sets(CheckDefaults::Scope scope, const std::string& of, std::int64_t interval) {
  CheckDefaults defaults;
  defaults.scope = scope;
  defaults.of = of;
  defaults.timing.interval_seconds = interval;
  return defaults;
}

struct InGroups {
  InGroups() {
    SeededRandom random;
    for (int i = 0; i < 2; ++i) subject.groups.push_back(GroupId::make(Instant{1'000'000'000'000'000 + i}, random));
    subject.tags = {"edge", "web"};
  }
  std::string group(std::size_t i) const { return subject.groups.at(i).text(); }
  Subject subject;
};

}  // namespace

TEST_CASE("a monitor on its own has the standard, and one knows within two minutes") {
  const EffectiveTiming timing = effective_timing({}, Subject{}, {});
  CHECK(timing.interval_seconds.value == 60);
  CHECK(timing.interval_seconds.from == EffectiveValue::From::standard);
  CHECK(timing.retries.value == 2);
  CHECK(timing.know_within() == seconds(120));
}

TEST_CASE("own values come before groups, groups before tags, and of several groups the smallest holds") {
  const InGroups world;
  std::vector<CheckDefaults> defaults = {sets(CheckDefaults::Scope::tag, "web", 20)};
  CHECK(effective_timing({}, world.subject, defaults).interval_seconds.value == 20);
  CHECK(effective_timing({}, world.subject, defaults).interval_seconds.of == "web");
  defaults.push_back(sets(CheckDefaults::Scope::group, world.group(0), 300));
  defaults.push_back(sets(CheckDefaults::Scope::group, world.group(1), 120));
  const EffectiveTiming grouped = effective_timing({}, world.subject, defaults);
  CHECK(grouped.interval_seconds.value == 120);
  CHECK(grouped.interval_seconds.from == EffectiveValue::From::group);
  CHECK(grouped.interval_seconds.of == world.group(1));
  CHECK(grouped.retries.from == EffectiveValue::From::standard);
  CheckTiming own;
  own.interval_seconds = 600;
  CHECK(effective_timing(own, world.subject, defaults).interval_seconds.value == 600);
}

TEST_CASE("what a tag or group sets that is not the monitor's holds for others") {
  const InGroups world;
  const std::vector<CheckDefaults> defaults = {sets(CheckDefaults::Scope::tag, "we", 20),
                                               sets(CheckDefaults::Scope::group, "0190aaaa-bbbb-7000-8000-000000000001", 5)};
  CHECK(effective_timing({}, world.subject, defaults).interval_seconds.value == 60);
}

TEST_CASE("the time limit never takes more than 0.8 of the interval") {
  CheckTiming own;
  own.interval_seconds = 5;
  CHECK(effective_timing(own, Subject{}, {}).time_limit_ms.value == 4'000);
  own.interval_seconds = 60;
  CHECK(effective_timing(own, Subject{}, {}).time_limit_ms.value == 10'000);
}

TEST_CASE("a timing outside its ranges is refused by name") {
  const auto refused = [](const CheckTiming& timing) {
    const auto checked = validate(timing);
    return checked ? std::string("accepted") : checked.error().field;
  };
  CheckTiming timing;
  CHECK(refused(timing) == "accepted");
  timing.interval_seconds = 4;
  CHECK(refused(timing) == "interval_seconds");
  timing.interval_seconds = 10;
  timing.time_limit_ms = 8'000;
  CHECK(refused(timing) == "accepted");
  timing.time_limit_ms = 8'001;
  CHECK(refused(timing) == "time_limit_ms");
  timing.time_limit_ms.reset();
  timing.retries = 21;
  CHECK(refused(timing) == "retries");
  timing.retries = 0;
  timing.recover_after = 0;
  CHECK(refused(timing) == "recover_after");
}

TEST_CASE("the spec of a check has the opened secrets, and none where they cannot be opened") {
  SeededRandom random;
  const Keyring keys = Keyring::from_database_key(Key{1, 2, 3});
  Monitor monitor;
  monitor.kind = "http";
  monitor.fields.set("url", std::string("https://example.org"));
  monitor.sealed = {{"password", seal(keys, monitor_secret_context("password"), Secret("sw0rdfish"), random)}};
  monitor.slow_after_ms = 1'500;
  monitor.invert = true;
  const auto spec = spec_of(monitor, effective_timing({}, Subject{}, {}), keys, nullptr);
  REQUIRE(spec);
  CHECK((*spec)->secrets.reveal("password") == "sw0rdfish");
  CHECK((*spec)->values.text("url") == "https://example.org");
  CHECK((*spec)->time_limit == milliseconds(10'000));
  CHECK((*spec)->slow_after == milliseconds(1'500));
  CHECK((*spec)->invert);
  monitor.sealed.front().field = "token";  // the text is bound to the field it was sealed for
  CHECK_FALSE(spec_of(monitor, effective_timing({}, Subject{}, {}), keys, nullptr));
}
