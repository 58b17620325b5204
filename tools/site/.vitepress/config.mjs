// SPDX-License-Identifier: Apache-2.0
// The site of docs/, which ./dev docs builds. It adds no page: what a reader sees here is what stands in the repository.
import fs from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'vitepress'

const docs = path.resolve(import.meta.dirname, '../docs')
const repository = 'https://github.com/kauditd/kauditd-jvm'

/** The folders in the order in which a reader needs them. */
const folders = [
  ['start', 'Start'],
  ['concepts', 'Concepts'],
  ['operate', 'Operate'],
  ['reference', 'Reference'],
  ['internals', 'Internals'],
  ['internals/adr', 'Decisions'],
]

const index = fs.readFileSync(path.join(docs, 'README.md'), 'utf8')

/** The pages of a folder, by their headings: those that the index names in its order, then the others. */
function pages(folder) {
  const place = (file) => (index.indexOf(`(${folder}/${file})`) + 1 || Infinity)
  return fs
    .readdirSync(path.join(docs, folder))
    .filter((file) => file.endsWith('.md'))
    .sort()
    .sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)))
    .map((file) => ({ text: heading(path.join(docs, folder, file)), link: `/${folder}/${file.replace(/\.md$/, '')}` }))
}

function heading(file) {
  return /^# (.*)$/m.exec(fs.readFileSync(file, 'utf8'))[1].replaceAll('`', '')
}

/** A link to a file of the repository that is no page of the site leads to the repository. */
function toRepository(href, page) {
  if (/^([a-z]+:|#|\/)/.test(href)) {
    return href
  }
  const [file, anchor] = href.split('#')
  const target = path.normalize(path.join('docs', path.dirname(page), file))
  const isPage = target.startsWith('docs/') && target.endsWith('.md')
  return isPage ? href : `${repository}/blob/main/${target}${anchor ? '#' + anchor : ''}`
}

export default defineConfig({
  title: 'kauditd for the JVM',
  description: 'Delivers audit records to a daemon that may be slow, stopped or gone.',
  lang: 'en',
  head: [['link', { rel: 'icon', href: 'data:,' }]], // none: else browsers ask for one
  srcDir: 'docs',
  outDir: 'html',
  rewrites: { 'README.md': 'index.md' },
  markdown: {
    languageAlias: { hocon: 'properties' },
    config(md) {
      md.set({ html: false }) // <id> in a text is no tag
      md.core.ruler.before('normalize', 'licence', (state) => {
        state.src = state.src.replace(/^<!-- SPDX.*?-->\n/, '')
      })
      md.core.ruler.push('repository', (state) => {
        for (const token of state.tokens.flatMap((each) => each.children ?? [])) {
          if (token.type === 'link_open') {
            token.attrSet('href', toRepository(token.attrGet('href'), state.env.relativePath.replace(/^index\.md$/, 'README.md')))
          }
        }
      })
    },
  },
  themeConfig: {
    nav: folders.slice(0, 5).map(([folder, text]) => ({ text, link: pages(folder)[0].link, activeMatch: `^/${folder}/` })),
    sidebar: folders.map(([folder, text]) => ({ text, items: pages(folder), collapsed: folder === 'internals/adr' })),
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
    footer: { message: 'Apache-2.0' },
  },
})
