#include "core/appliance/backup/bucket_client.h"

#include <fmt/format.h>
#include <mbedtls/md.h>

#include <algorithm>
#include <array>
#include <thread>

#include "core/base/log.h"
#include "core/net/mail_header.h"
#include "core/net/sigv4.h"

namespace connlog {
namespace {

constexpr seconds kStall{90};
constexpr milliseconds kSlice{1'000};

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Wanted by buckets that lock objects, and checked by every service against what arrived.
std::string md5_base64(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, 16> digest{};
  const mbedtls_md_info_t* const md5 = mbedtls_md_info_from_type(MBEDTLS_MD_MD5);
  if (md5 == nullptr || mbedtls_md(md5, bytes.data(), bytes.size(), digest.data()) != 0) return {};
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

// Whether the same request may get an answer a little later.
bool is_passing(const TransportFailure& failure) {
  using Kind = TransportFailure::Kind;
  switch (failure.kind) {
    case Kind::dns:
    case Kind::connect:
    case Kind::connect_timeout:
    case Kind::request_timeout:
    case Kind::other:
      return true;
    case Kind::tls:
    case Kind::forbidden:
    case Kind::invalid:
    case Kind::cancelled:
      break;
  }
  return false;
}

}  // namespace

BucketClient::BucketClient(BucketSettings settings, const OutboundOptions& outbound, const Clock& clock,
                           BucketPatience patience)
    : settings_(std::move(settings)), outbound_(outbound), clock_(clock), patience_(std::move(patience)) {}

Result<void> BucketClient::ready() {
  if (settings_.secret_key.empty()) {
    return Error{ErrorCode::conflict,
                 fmt::format("The stored secret key of {} cannot be opened. Enter it again under Appliance, Backups.",
                             settings_.name())};
  }
  if (http_ == nullptr) {
    HttpClient::Options options;
    options.purpose = OutboundPurpose::bucket;
    options.outbound = outbound_;
    http_ = TRY(HttpClient::open(std::move(options)));
  }
  return {};
}

HttpRequest BucketClient::signed_request(const Call& call) const {
  const Instant now = clock_.now();
  sigv4::Signable signable;
  signable.method = call.method;
  signable.path = settings_.path_of(call.object);
  signable.query = call.query;
  signable.payload_sha256 = sigv4::sha256_hex(text_of(call.body));
  signable.headers = call.headers;
  signable.headers.push_back({"host", settings_.host()});
  signable.headers.push_back({"x-amz-content-sha256", signable.payload_sha256});
  signable.headers.push_back({"x-amz-date", sigv4::date_of(now)});
  if (!call.body.empty()) signable.headers.push_back({"content-md5", md5_base64(call.body)});

  HttpRequest request;
  request.method = call.method;
  request.url = settings_.endpoint.substr(0, settings_.endpoint.find("://") + 3) + settings_.host() +
                sigv4::percent_encoded(signable.path, true);
  if (!call.query.empty()) request.url += "?" + sigv4::canonical_query(call.query);
  request.headers = signable.headers;
  std::erase_if(request.headers, [](const HttpHeader& header) { return header.name == "host"; });  // libcurl's own
  const std::string authorization = sigv4::authorization(
      signable, {.access_key = settings_.access_key, .secret_key = settings_.secret_key, .region = settings_.region},
      now);
  request.headers.push_back({"Authorization", authorization});
  request.lent_body = text_of(call.body);
  request.timeout = call.timeout;
  request.stall = kStall;
  request.answer_bytes_max = call.answer_bytes_max;
  return request;
}

Result<void> BucketClient::pause(milliseconds time, const GoOn& go_on) const {
  for (milliseconds left = time; left.count() > 0; left -= kSlice) {
    TRY(go_on());
    const milliseconds slice = std::min(left, kSlice);
    if (patience_.sleep) {
      patience_.sleep(slice);
    } else {
      std::this_thread::sleep_for(slice);
    }
  }
  return {};
}

Result<HttpAnswer> BucketClient::send(const Call& call, const GoOn& further) {
  TRY(ready());
  const GoOn go_on = [&]() -> Result<void> {
    if (patience_.go_on) TRY(patience_.go_on());
    return further ? further() : Result<void>();
  };
  for (std::size_t round = 0;; ++round) {
    Result<void> stopped;
    // Signed anew each time: a signature is worth 15 minutes.
    HttpOutcome outcome = http_->perform(signed_request(call), [&] {
      if (stopped) stopped = go_on();
      return stopped.has_value();
    });
    if (!stopped) return std::move(stopped).error();
    const bool again = outcome.failure ? is_passing(*outcome.failure) : connlog::is_passing(outcome.answer);
    if (again && round < patience_.waits.size()) {
      log_info("backup.bucket_again", {{"bucket", settings_.name()},
                                       {"status", std::to_string(outcome.answer.status)},
                                       {"reason", outcome.failure ? outcome.failure->message : std::string()}});
      TRY(pause(patience_.waits[round], go_on));
      continue;
    }
    if (outcome.failure) {
      return Error{ErrorCode::network,
                   fmt::format("No answer of the bucket {}. {}", settings_.bucket, outcome.failure->message)};
    }
    return std::move(outcome.answer);
  }
}

}  // namespace connlog
