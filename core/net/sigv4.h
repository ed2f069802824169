// AWS Signature Version 4, with which requests to a bucket are signed: a header, never a presigned address. The payload's
// SHA-256 is always part of the signature, so that nobody on the way can change what is stored. The secret key itself is
// never sent. For S3: a path is encoded once and not tidied.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
// Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"

namespace connlog::sigv4 {

struct Identity {
  std::string_view access_key;
  const Secret& secret_key;
  std::string_view region;
  std::string_view service = "s3";
};

struct Signable {
  std::string method;
  std::string path;                                         // not encoded; begins with '/'
  std::vector<std::pair<std::string, std::string>> query;   // not encoded
  std::vector<HttpHeader> headers;                          // all are signed: host, x-amz-date and what else is sent
  std::string payload_sha256;                               // hex
};

// "20130524T000000Z", the value of x-amz-date.
std::string date_of(Instant at);
std::string sha256_hex(std::string_view bytes);
// RFC 3986 with the unreserved characters left alone; '/' too where `keep_slashes`.
std::string percent_encoded(std::string_view text, bool keep_slashes);
// Encoded and sorted: what is signed and what stands in the address.
std::string canonical_query(const std::vector<std::pair<std::string, std::string>>& query);

// The steps, for tests: a mistake is nearly always in the first.
std::string canonical_request(const Signable& request);
std::string string_to_sign(const Signable& request, const Identity& who, Instant at);
// The value of the header Authorization. One of the headers is x-amz-date with date_of(at).
std::string authorization(const Signable& request, const Identity& who, Instant at);

}  // namespace connlog::sigv4
