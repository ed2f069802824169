// Memory for mbedTLS's record buffers (16.7 kB in, 4.4 kB out): blocks of whole pages in an address range of their own.
// An untouched page costs nothing, and a page that is given back costs nothing until it is touched again. So an idle
// connection pays for the first page of each buffer, where its counters are, and not for a whole record. Installed for
// the whole program before main; smaller and larger allocations still come from the heap. Any thread.
#pragma once

#include <cstddef>

namespace connlog::web {

// Does nothing. Code that uses TLS calls it, so that the linker keeps this file.
void use_page_blocks();

// Gives back every page of the block except its first. The bytes of those pages become zero. Nothing happens when
// `block` is not one of ours.
void give_back_tail(void* block);

}  // namespace connlog::web
