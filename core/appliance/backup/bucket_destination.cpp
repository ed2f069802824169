#include "core/appliance/backup/bucket_destination.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/appliance/backup/directory_destination.h"
#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::int64_t kPartBytesMax = 16 << 20;
constexpr std::int64_t kPartsWanted = 1'000;  // some services take no more
constexpr std::int64_t kPartsMax = 10'000;    // and none takes more
constexpr std::size_t kReadBytes = 4 << 20;
constexpr milliseconds kPartTimeout{30 * 60'000};
constexpr milliseconds kCompleteTimeout{10 * 60'000};

using Call = BucketClient::Call;
using Progress = std::function<Result<void>(std::int64_t done)>;

std::int64_t number_of(std::string_view text) {
  std::int64_t value = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? value : -1;
}

// Reads until the buffer is full or the source has ended.
Result<std::size_t> fill(ByteSource& from, std::span<std::uint8_t> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const std::size_t got = TRY(from.read(into.subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

Result<bool> has_ended(ByteSource& from) {
  std::uint8_t further = 0;
  const std::size_t got = TRY(from.read({&further, 1}));
  return got == 0;
}

std::string etag_of(const HttpAnswer& answer) {
  const std::string* etag = answer.header("etag");
  return etag != nullptr && etag->size() <= 256 ? *etag : std::string();
}

// One upload in parts. What an end before complete() leaves at the bucket is asked to be thrown away.
class PartedUpload {
 public:
  PartedUpload(BucketClient& client, std::string object) : client_(client), object_(std::move(object)) {}

  Result<void> begin(const GoOn& go_on) {
    const HttpAnswer answer = TRY(client_.send({.method = "POST",
                                                .object = object_,
                                                .query = {{"uploads", ""}},
                                                .headers = {{"content-type", "application/octet-stream"}}},
                                               go_on));
    if (answer.status != 200) return bucket_refusal(answer, client_.settings(), kStoring);
    id_ = xml_text(answer.body, "UploadId");
    if (!has_xml_element(answer.body, "InitiateMultipartUploadResult") || id_.empty())
      return no_bucket(client_.settings(), "it does not begin an upload");
    return {};
  }

  Result<void> add(std::span<const std::uint8_t> part, const GoOn& go_on) {
    if (static_cast<std::int64_t>(etags_.size()) == kPartsMax) {
      return Error{ErrorCode::too_large,
                   fmt::format("The backup is larger than {} parts: more than a bucket takes.", kPartsMax)};
    }
    const HttpAnswer answer =
        TRY(client_.send({.method = "PUT",
                          .object = object_,
                          .query = {{"partNumber", std::to_string(etags_.size() + 1)}, {"uploadId", id_}},
                          .body = part,
                          .timeout = kPartTimeout},
                         go_on));
    if (answer.status != 200) return bucket_refusal(answer, client_.settings(), kStoring);
    std::string etag = etag_of(answer);
    if (etag.empty()) return no_bucket(client_.settings(), "it does not confirm a part");
    etags_.push_back(std::move(etag));
    return {};
  }

  // `is_there`: asked where an earlier try may have done it and its answer was lost.
  Result<void> complete(const GoOn& go_on, const std::function<bool()>& is_there) {
    const std::string list = part_list();
    const Call call{.method = "POST",
                    .object = object_,
                    .query = {{"uploadId", id_}},
                    .headers = {{"content-type", "application/xml"}},
                    .body = {reinterpret_cast<const std::uint8_t*>(list.data()), list.size()},
                    .timeout = kCompleteTimeout};
    const HttpAnswer answer = TRY(client_.send(call, go_on));
    if (answer.status == 404 && xml_text(answer.body, "Code") == "NoSuchUpload" && is_there()) return {};
    if (answer.status != 200 || has_xml_element(answer.body, "Error"))
      return bucket_refusal(answer, client_.settings(), kStoring);
    if (!has_xml_element(answer.body, "CompleteMultipartUploadResult") || xml_text(answer.body, "ETag").empty())
      return no_bucket(client_.settings(), "it does not confirm the upload");
    return {};
  }

  // Refused by keys that may only put: then the bucket's own rule for unfinished uploads has to do it.
  void abandon() {
    if (id_.empty()) return;
    const auto answer = client_.send({.method = "DELETE", .object = object_, .query = {{"uploadId", id_}}}, {});
    if (!answer || answer->status / 100 != 2)
      log_info("backup.bucket_upload_left", {{"bucket", client_.settings().name()}, {"object", object_}});
  }

 private:
  std::string part_list() const {
    std::string list = R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
    for (std::size_t i = 0; i < etags_.size(); ++i) {
      list += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1, xml_escaped(etags_[i]));
    }
    return list + "</CompleteMultipartUpload>";
  }

  BucketClient& client_;
  const std::string object_;
  std::string id_;
  std::vector<std::string> etags_;
};

// Reads an object in pieces, each a request of its own for the same version of it.
class BucketSource final : public ByteSource {
 public:
  BucketSource(std::shared_ptr<BucketClient> client, std::string object)
      : client_(std::move(client)), object_(std::move(object)) {}

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (taken_ == piece_.size() && !is_at_end()) TRY(next());
    const std::size_t count = std::min(into.size(), piece_.size() - taken_);
    if (count > 0) std::memcpy(into.data(), piece_.data() + taken_, count);
    taken_ += count;
    return count;
  }

  Result<void> next() {
    Call call{.method = "GET",
              .object = object_,
              .headers = {{"range", fmt::format("bytes={}-{}", at_, at_ + static_cast<std::int64_t>(kReadBytes) - 1)}},
              .timeout = kPartTimeout,
              .answer_bytes_max = kReadBytes};
    if (!etag_.empty()) call.headers.push_back({"if-match", etag_});
    HttpAnswer answer = TRY(client_->send(call, {}));
    if (answer.status == 412) {
      return Error{ErrorCode::network, fmt::format("The object {} was replaced at the bucket while it was read.", object_)};
    }
    if (answer.status == 200 && at_ == 0) {  // a service without ranges, and a small object
      total_ = static_cast<std::int64_t>(answer.body.size());
    } else if (answer.status != 206) {
      return bucket_refusal(answer, client_->settings(), kReading);
    } else {
      TRY(take_range(answer));
    }
    etag_ = etag_of(answer);
    at_ += static_cast<std::int64_t>(answer.body.size());
    piece_ = std::move(answer.body);
    taken_ = 0;
    return {};
  }

 private:
  bool is_at_end() const { return total_ >= 0 && at_ >= total_; }

  // "bytes 0-4194303/9000000"
  Result<void> take_range(const HttpAnswer& answer) {
    const Error wrong = no_bucket(client_->settings(), "it answers with another piece of the object than was asked for");
    const std::string* text = answer.header("content-range");
    if (text == nullptr || !text->starts_with("bytes ")) return wrong;
    const std::string_view range = std::string_view(*text).substr(6);
    const std::size_t dash = range.find('-'), slash = range.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return wrong;
    const std::int64_t first = number_of(range.substr(0, dash));
    const std::int64_t last = number_of(range.substr(dash + 1, slash - dash - 1));
    const std::int64_t total = number_of(range.substr(slash + 1));
    const auto got = static_cast<std::int64_t>(answer.body.size());
    if (first != at_ || got == 0 || last != at_ + got - 1 || total <= last || (total_ >= 0 && total != total_))
      return wrong;
    total_ = total;
    return {};
  }

  const std::shared_ptr<BucketClient> client_;
  const std::string object_;
  std::int64_t at_ = 0;      // of the next piece
  std::int64_t total_ = -1;  // not known yet
  std::string etag_;
  std::string piece_;
  std::size_t taken_ = 0;
};

class Bucket final : public Destination {
 public:
  Bucket(std::shared_ptr<BucketClient> client, std::string instance)
      : client_(std::move(client)), instance_(std::move(instance)) {}

  std::string name() const override { return client_->settings().name(); }
  bool is_directory() const override { return false; }
  Result<void> probe() override { return client_->ready(); }

  Result<std::int64_t> put(const std::string& name, std::int64_t expected, ByteSource& from,
                           const Progress& progress) override {
    if (!is_backup_file_name(name, instance_))
      return Error{ErrorCode::internal, "The backup has no proper name.", {}, name};
    const std::int64_t part_bytes = std::clamp(expected / kPartsWanted + 1, kBucketPartBytes, kPartBytesMax);
    std::vector<std::uint8_t> part(static_cast<std::size_t>(part_bytes));
    std::int64_t done = 0;
    const GoOn go_on = [&] { return progress ? progress(done) : Result<void>(); };
    const std::size_t first = TRY(fill(from, part));
    bool is_all = first < part.size();
    if (!is_all && static_cast<std::int64_t>(first) == expected) is_all = TRY(has_ended(from));
    if (is_all) {
      if (expected > 0 && static_cast<std::int64_t>(first) != expected)
        return cut(static_cast<std::int64_t>(first), expected);
      TRY(put_at_once(name, std::span(part).first(first), go_on));
      done = static_cast<std::int64_t>(first);
    } else {
      PartedUpload upload(*client_, name);
      Result<void> sent = put_in_parts(upload, part, from, done, go_on);
      if (sent && expected > 0 && done != expected) sent = cut(done, expected);
      if (sent) sent = upload.complete(go_on, [&] { return is_there(name, done); });
      if (!sent) {
        upload.abandon();
        return std::move(sent).error();
      }
    }
    TRY(confirm(name, done));
    TRY(go_on());
    return done;
  }

  Result<std::unique_ptr<ByteSource>> open(const std::string& name) override {
    if (!is_backup_file_name(name, instance_)) return Error{ErrorCode::not_found, "There is no such backup."};
    auto source = std::make_unique<BucketSource>(client_, name);
    TRY(source->next());  // so that a missing object or a missing right is said here
    return std::unique_ptr<ByteSource>(std::move(source));
  }

  Result<bool> has(const std::string& name, std::int64_t bytes) override {
    if (!is_backup_file_name(name, instance_)) return false;
    const HttpAnswer answer = TRY(client_->send({.method = "HEAD", .object = name}, {}));
    if (answer.status == 404) return false;
    if (answer.status != 200) return bucket_refusal(answer, client_->settings(), kLooking);
    const std::string* length = answer.header("content-length");
    if (etag_of(answer).empty() || length == nullptr) return no_bucket(client_->settings(), "it says no size");
    return number_of(*length) == bytes;
  }

  Result<void> remove(const std::string& name) override {
    if (!is_backup_file_name(name, instance_))
      return Error{ErrorCode::internal, "Only backups of this appliance are removed.", {}, name};
    const HttpAnswer answer = TRY(client_->send({.method = "DELETE", .object = name}, {}));
    if (answer.status == 204 || answer.status == 200 || answer.status == 404) return {};
    return bucket_refusal(answer, client_->settings(), kDeleting);
  }

 private:
  static Error cut(std::int64_t done, std::int64_t expected) {
    return Error{ErrorCode::internal,
                 fmt::format("The backup has {} bytes instead of {}: its file changed while it was copied.", done,
                             expected)};
  }

  Result<void> put_at_once(const std::string& name, std::span<const std::uint8_t> bytes, const GoOn& go_on) {
    const HttpAnswer answer = TRY(client_->send({.method = "PUT",
                                                 .object = name,
                                                 .headers = {{"content-type", "application/octet-stream"}},
                                                 .body = bytes,
                                                 .timeout = kPartTimeout},
                                                go_on));
    if (answer.status != 200) return bucket_refusal(answer, client_->settings(), kStoring);
    // A success has no body; a portal's page has.
    if (etag_of(answer).empty() || answer.body.find_first_not_of(" \t\r\n") != std::string::npos)
      return no_bucket(client_->settings(), "it does not confirm what was stored");
    return {};
  }

  // `part` is full at first.
  static Result<void> put_in_parts(PartedUpload& upload, std::vector<std::uint8_t>& part, ByteSource& from,
                                   std::int64_t& done, const GoOn& go_on) {
    TRY(upload.begin(go_on));
    std::size_t filled = part.size();
    for (;;) {
      TRY(go_on());
      TRY(upload.add(std::span(part).first(filled), go_on));
      done += static_cast<std::int64_t>(filled);
      if (filled < part.size()) return {};
      filled = TRY(fill(from, part));
      if (filled == 0) return {};
    }
  }

  bool is_there(const std::string& name, std::int64_t bytes) {
    const auto found = has(name, bytes);
    return found && *found;
  }

  // What the bucket says of itself, where the key may ask.
  Result<void> confirm(const std::string& name, std::int64_t bytes) {
    const auto found = has(name, bytes);
    if (!found) {
      log_info("backup.bucket_unconfirmed", {{"bucket", this->name()}, {"reason", found.error().message}});
      return {};
    }
    if (*found) return {};
    return no_bucket(client_->settings(), fmt::format("it took {}, and then had none of that size", name));
  }

  const std::shared_ptr<BucketClient> client_;
  const std::string instance_;
};

}  // namespace

std::unique_ptr<Destination> bucket_destination(const BucketSettings& settings, const std::string& instance,
                                                const OutboundOptions& outbound, const Clock& clock,
                                                BucketPatience patience) {
  return std::make_unique<Bucket>(
      std::make_shared<BucketClient>(settings.clone(), outbound, clock, std::move(patience)), instance);
}

}  // namespace connlog
