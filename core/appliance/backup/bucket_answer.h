// What a bucket answers. Its answers are XML; the few texts that count are searched for, without a parser: nothing is
// expanded, nothing is nested, and what is found is bounded. The answer comes from outside and is hostile until shown
// otherwise: what of it reaches people is cut and made harmless. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/appliance/backup/bucket_settings.h"
#include "core/base/result.h"
#include "core/net/http_client.h"

namespace connlog {

inline constexpr std::size_t kBucketAnswerMax = 64 * 1024;

// The text of the first <element> without elements inside, its entities resolved; empty: there is none, or it is longer
// than 1,024 bytes.
std::string xml_text(std::string_view body, std::string_view element);
bool has_xml_element(std::string_view body, std::string_view element);
std::string xml_escaped(std::string_view text);

// What is asked, for sentences: "store a backup", and the right that it needs.
struct BucketDeed {
  std::string_view what;   // "store a backup"
  std::string_view right;  // "s3:PutObject"
};
inline constexpr BucketDeed kStoring{"store a backup", "s3:PutObject"};
inline constexpr BucketDeed kReading{"read a backup", "s3:GetObject"};
inline constexpr BucketDeed kLooking{"look whether a backup is there", "s3:GetObject"};
inline constexpr BucketDeed kDeleting{"delete a backup", "s3:DeleteObject"};

// An answer that is no success, as an error for people: what happened, why, what to do. `forbidden`: the access key lacks
// a right; `not_found`: there is no such object; else `network`.
Error bucket_refusal(const HttpAnswer& answer, const BucketSettings& settings, const BucketDeed& deed);
// 200 and something else in it.
Error no_bucket(const BucketSettings& settings, std::string_view what);

// Whether the same request may succeed a little later: the service is busy, or has trouble of its own.
bool is_passing(const HttpAnswer& answer);

}  // namespace connlog
