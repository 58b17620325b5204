// SPDX-License-Identifier: Apache-2.0
/** The transport that appends to a log which ausearch can read. */
package io.kauditd.transport.file;
