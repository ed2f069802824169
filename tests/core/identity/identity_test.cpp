// What keeps the door: the password policy, the hasher's limit, names and mail addresses.
#include <doctest/doctest.h>
#include <sodium.h>

#include <atomic>
#include <thread>

#include "core/crypto/password.h"
#include "core/identity/identity_service.h"
#include "core/identity/password_policy.h"

using namespace connlog;

namespace {

bool accepted(std::string_view password, std::string_view name = "Jane Doe",
              std::string_view mail = "jane.doe@example.org") {
  const auto result = check_password(password, name, mail);
  if (!result) {
    CHECK(result.error().field == "password");
    CHECK(result.error().message.find(password) == std::string::npos);  // never echoed
  }
  return result.has_value();
}

}  // namespace

TEST_CASE("passwords must be long and not among those that are tried first") {
  CHECK(accepted("violet anchor seldom rises"));
  CHECK(accepted("Tr0ub4dor&3x"));
  CHECK(accepted("пароль из слов"));
  for (const char* common : {"Xq7!", "123456789", "1234567890", "password123", "Password1234!", "P4ssw0rd2024",
                             "qwertyuiop", "administrator", "2024welcome!!", "iloveyou1234", "changemechangeme",
                             "aaaaaaaaaaaa", "abababababab", "correcthorsebatterystaple"}) {
    CAPTURE(common);
    CHECK_FALSE(accepted(common));
  }
}

TEST_CASE("a password is not made of the person's name or mail address") {
  CHECK_FALSE(accepted("jane.doe@example.org"));
  CHECK_FALSE(accepted("Jane.Doe2024"));
  CHECK_FALSE(accepted("jane doe !!!"));
  CHECK(accepted("jane.doe likes green tea"));
}

TEST_CASE("a password beyond the limit or with a NUL is refused, not cut") {
  std::string varied;
  for (int i = 0; i < 300; ++i) varied += static_cast<char>('a' + i % 23);
  CHECK_FALSE(accepted(varied));
  CHECK(accepted(std::string_view(varied).substr(0, 200)));
  CHECK_FALSE(accepted(std::string_view("violet\0anchor rises", 19)));
  CHECK_FALSE(accepted("violet anchor \xff rises"));
}

TEST_CASE("passwords are hashed in a bounded number of slots; an attempt that finds none is told to come back") {
  REQUIRE(sodium_init() >= 0);
  PasswordHasher full(PasswordCost{1, crypto_pwhash_MEMLIMIT_MIN, 0});
  const auto refused = full.hash(Secret("violet anchor"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::rate_limited);
  CHECK(refused.error().retry_after_seconds == 1);

  // Many at once: each is either done or told so, and every slot is given back.
  PasswordHasher two(PasswordCost{2, 8 * 1024 * 1024, 2});
  std::atomic<int> done{0}, told{0};
  std::vector<std::thread> crowd;
  for (int i = 0; i < 8; ++i) {
    crowd.emplace_back([&] {
      const auto result = two.hash(Secret("violet anchor"));
      if (result)
        ++done;
      else if (result.error().code == ErrorCode::rate_limited)
        ++told;
    });
  }
  for (std::thread& one : crowd) one.join();
  CHECK(done + told == 8);
  CHECK(done >= 1);
  CHECK(two.hash(Secret("violet anchor")).has_value());
}

TEST_CASE("with as many hashes running as may run at once, a further attempt is told to come back and costs nothing") {
  REQUIRE(sodium_init() >= 0);
  PasswordHasher full(PasswordCost{1, crypto_pwhash_MEMLIMIT_MIN, 0});  // as if all of its slots were taken
  const std::string hash =
      PasswordHasher(PasswordCost{1, crypto_pwhash_MEMLIMIT_MIN, 1}).hash(Secret("violet")).value();
  for (const Error& error : {full.hash(Secret("violet")).error(), full.verify(hash, Secret("violet")).error(),
                             full.verify_nobody(Secret("violet")).error()}) {
    CHECK(error.code == ErrorCode::rate_limited);
    CHECK(error.retry_after_seconds == 1);
  }
}

TEST_CASE("a hash verifies its password only, and says when its cost is out of date") {
  REQUIRE(sodium_init() >= 0);
  PasswordHasher cheap(PasswordCost{1, crypto_pwhash_MEMLIMIT_MIN, 2});
  PasswordHasher dear(PasswordCost{2, 1024 * 1024, 2});
  const std::string hash = cheap.hash(Secret("violet anchor")).value();
  CHECK(hash.substr(0, 10) == "$argon2id$");
  CHECK(cheap.verify(hash, Secret("violet anchor")).value());
  CHECK_FALSE(cheap.verify(hash, Secret("violet anchors")).value());
  CHECK_FALSE(cheap.verify_nobody(Secret("violet anchor")).value());
  CHECK_FALSE(cheap.needs_rehash(hash));
  CHECK(dear.needs_rehash(hash));
}

TEST_CASE("names and mail addresses are one whole line") {
  CHECK(check_person_name("name", "Zoë O'Neil <b>").has_value());
  for (const std::string& bad : {std::string(), std::string("   "), std::string("a\nb"), std::string("a\r\nb"),
                                 std::string("a\0b", 3), std::string(81, 'x')}) {
    CHECK_FALSE(check_person_name("name", bad).has_value());
  }
  for (const char* good :
       {"jane@example.org", "j+tag@sub.example.org", "o'neil@example.org", "admin@localhost", "ops@exämple.org"}) {
    CAPTURE(good);
    CHECK(check_mail("mail", good).has_value());
  }
  for (const std::string& bad :
       {std::string("jane"), std::string("@example.org"), std::string("jane@"), std::string("a@b@c"),
        std::string("jane@example.org\n"), std::string("jane@example.org\r\nBcc: x@y.z"),
        std::string("ja ne@example.org"), std::string("jane@example..org"), std::string("<jane@example.org>"),
        std::string("jane@example.org\0x", 18), std::string("a@") + std::string(260, 'b'),
        std::string("jürgen@example.org")}) {
    CAPTURE(bad);
    CHECK_FALSE(check_mail("mail", bad).has_value());
  }
}
