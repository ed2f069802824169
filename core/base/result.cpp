#include "core/base/result.h"

namespace connlog {

Error invalid(std::string field, std::string message) {
  return Error{ErrorCode::invalid_input, std::move(message), std::move(field)};
}

constinit Error BoxedError::moved_out;

BoxedError::BoxedError(Error&& error) : error_(new Error(std::move(error))) {}

Error* BoxedError::copy_of(const Error& error) {
  return new Error(error);
}

void BoxedError::destroy(Error* error) noexcept {
  delete error;
}

}  // namespace connlog
