#include "web/server/problem.h"

#include <nlohmann/json.hpp>

#include "core/base/log.h"

namespace connlog::web {
namespace {

constexpr std::string_view kConfirmHostField = "confirmed_host";
constexpr std::string_view kConfirmWideField = "confirm_wide";

struct Kind {
  int status;
  std::string_view code;
  std::string_view title;
};

Kind kind_of(ErrorCode code, bool if_match) {
  switch (code) {
    case ErrorCode::invalid_input:
      return {422, "invalid_input", "The request is not valid"};
    case ErrorCode::unauthenticated:
      return {401, "unauthenticated", "Log in first"};
    case ErrorCode::forbidden:
      return {403, "forbidden", "Not allowed"};
    case ErrorCode::not_found:
      return {404, "not_found", "Not found"};
    case ErrorCode::conflict:
      if (if_match) return {412, "changed_meanwhile", "Somebody else changed it first"};
      return {409, "conflict", "The state does not allow this"};
    case ErrorCode::too_large:
      return {413, "too_large", "Too large"};
    case ErrorCode::rate_limited:
      return {429, "rate_limited", "Too many requests"};
    case ErrorCode::unavailable:
      return {503, "unavailable", "Not available at the moment"};
    case ErrorCode::network:
      return {502, "network", "The other side did not answer as it should"};
    case ErrorCode::internal:
      return {500, "internal", "An error of the server"};
  }
  return {500, "internal", "An error of the server"};
}

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "The request cannot be understood";
    case 401:
      return "Log in first";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    case 405:
      return "This method is not for this address";
    case 413:
      return "Too large";
    case 414:
      return "The address is too long";
    case 415:
      return "Not a format that is understood here";
    case 421:
      return "Not a name of this server";
    default:
      return "The request was refused";
  }
}

Reply render(const Kind& kind, const std::string& detail, const std::string& field, int retry_after_seconds) {
  nlohmann::json body = {
      {"type", "about:blank"}, {"title", kind.title}, {"status", kind.status}, {"code", kind.code}, {"detail", detail}};
  if (!field.empty()) body["field"] = field;
  Reply reply{.status = kind.status, .content_type = "application/problem+json"};
  if (retry_after_seconds > 0) {
    body["retry_after"] = retry_after_seconds;
    reply.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  }
  reply.body = dump(body);
  return reply;
}

}  // namespace

Reply problem(const Error& error, bool if_match) {
  Kind kind = kind_of(error.code, if_match);
  // A question to the person, not a state: the form asks it and sends the request again (core/monitors).
  if (error.code == ErrorCode::conflict && error.field == kConfirmHostField)
    kind = {409, "confirm_host", "Confirm that you may monitor this host"};
  if (error.code == ErrorCode::conflict && error.field == kConfirmWideField)  // likewise (core/watch/quiet)
    kind = {409, "confirm_wide", "Confirm that so much is to be quiet"};
  if (kind.status >= 500 || !error.cause.empty()) {
    log_line(kind.status >= 500 ? LogLevel::error : LogLevel::info, "request_failed",
             {{"code", kind.code}, {"message", error.message}, {"cause", error.cause}});
  }
  return render(kind, error.message, error.field, error.retry_after_seconds);
}

Reply problem(int status, std::string_view code, std::string detail) {
  return render({status, code, title_of(status)}, detail, {}, 0);
}

Reply problem_of_status(int status) {
  switch (status) {
    case 404:
      return problem(404, "not_found", "There is nothing at this address.");
    case 413:
      return problem(413, "too_large", "The body is larger than this server accepts.");
    case 414:
      return problem(414, "uri_too_long", "The address is longer than this server accepts.");
    case 415:
      return problem(415, "unsupported_media_type", "Send the body as application/json, uncompressed.");
    case 500:
      return problem(Error{ErrorCode::internal, "The server made a mistake. It is in its log."});
    default:
      return problem(400, "bad_request", "The request is not well-formed HTTP.");
  }
}

}  // namespace connlog::web
