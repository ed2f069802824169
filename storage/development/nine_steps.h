// The nine steps that the versions before the first release took, with the SHA-256 of each step's text. The texts
// themselves stand in tests/golden/schema-0009.sql. Constant data; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace connlog::storage {

struct DevelopmentStep {
  std::int64_t number;
  std::string_view name, digest;
};

inline constexpr std::array<DevelopmentStep, 9> kNineSteps{{
    {1, "0001_first_alert", "03a5887acc61b14348ac4b3807f7495df8dbd2009366513d43ade3f995c13b0d"},
    {2, "0002_accounts", "9320bc74fb181d4000b90a47f02a3ae348683b7fc69a9087966fd470a3663db6"},
    {3, "0003_second_factor", "10b13ebc75b09438072eb2a940e632e42bdf85f01cc5bffa88b3465ed41c7f12"},
    {4, "0004_logins", "594cca15dcd8d9f7a9a309046c9ab6c59813f846f2d2b5d5cdbc99429d511134"},
    {5, "0005_workspaces", "cbb2ef1f8bca504d5293286e42ad31845231a5be544355896e407a0add0edbce"},
    {6, "0006_administration", "11ac9cd9a05916c00e623bd3d88af8237a470e66dd9a85b3432037e8c5786b99"},
    {7, "0007_trails", "0c4905f908e330a84496f1e4bceb971ca3b9b234910cf6c481bcb575f3668266"},
    {8, "0008_enrolment", "81f078f499f1de48423144f0a536c93c9feb51f55badb4da9f32a9f75b3a37be"},
    {9, "0009_secrets", "0d79152464fdcd6a263b0df9cce4747e2bd5dd76cf61ed8eb4d2c2336af49ed8"},
}};

}  // namespace connlog::storage
