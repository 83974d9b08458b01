// Drives a running Tomoni with kintone's own client. Usage: node walk.mjs <scenario>, with settings in TOMONI_WALK (JSON).
// Prints one line of JSON with what the next scenario needs; any difference from kintone ends it with an error.
import assert from "node:assert/strict";
import { KintoneRestAPIClient, KintoneRestAPIError } from "@kintone/rest-api-client";

const given = JSON.parse(process.env.TOMONI_WALK);
const client = (auth = { apiToken: given.token }, more = {}) =>
  new KintoneRestAPIClient({ baseUrl: given.url, auth, ...more });
const api = client();

async function fails(promise, status, code) {
  const error = await promise.then(
    () => assert.fail("no error"),
    (e) => e,
  );
  assert.ok(error instanceof KintoneRestAPIError, String(error.stack ?? error));
  assert.deepEqual([error.status, error.code], [status, code], error.message);
  return error;
}

const text = (code, more = {}) => ({ type: "SINGLE_LINE_TEXT", code, label: code, ...more });
const choices = (names) =>
  Object.fromEntries(names.map((name, index) => [name, { label: name, index: String(index) }]));
const PROPERTIES = {
  品名: text("品名", { required: true }),
  管理番号: text("管理番号", { unique: true }),
  説明: { type: "MULTI_LINE_TEXT", code: "説明", label: "説明" },
  本文: { type: "RICH_TEXT", code: "本文", label: "本文" },
  数量: { type: "NUMBER", code: "数量", label: "数量", minValue: "0", unit: "個", unitPosition: "AFTER" },
  単価: { type: "NUMBER", code: "単価", label: "単価" },
  金額: { type: "CALC", code: "金額", label: "金額", expression: "数量 * 単価", format: "NUMBER_DIGIT" },
  種別: { type: "RADIO_BUTTON", code: "種別", label: "種別", options: choices(["消耗品", "備品"]), defaultValue: "消耗品" },
  状況: { type: "DROP_DOWN", code: "状況", label: "状況", options: choices(["未", "済"]) },
  用途: { type: "CHECK_BOX", code: "用途", label: "用途", options: choices(["窓口", "倉庫", "式典"]) },
  色: { type: "MULTI_SELECT", code: "色", label: "色", options: choices(["赤", "青"]) },
  納品日: { type: "DATE", code: "納品日", label: "納品日" },
  時刻: { type: "TIME", code: "時刻", label: "時刻" },
  記録日時: { type: "DATETIME", code: "記録日時", label: "記録日時" },
  案内: { type: "LINK", code: "案内", label: "案内", protocol: "WEB" },
  担当者: { type: "USER_SELECT", code: "担当者", label: "担当者" },
  担当課: { type: "ORGANIZATION_SELECT", code: "担当課", label: "担当課" },
  役割: { type: "GROUP_SELECT", code: "役割", label: "役割" },
  書類: { type: "FILE", code: "書類", label: "書類" },
  内訳: {
    type: "SUBTABLE",
    code: "内訳",
    label: "内訳",
    fields: {
      部品: text("部品"),
      個数: { type: "NUMBER", code: "個数", label: "個数" },
      図面: { type: "FILE", code: "図面", label: "図面" },
    },
  },
};

async function newApp(name, properties) {
  const { app, revision } = await api.app.addApp({ name });
  assert.match(app, /^\d+$/);
  assert.match(revision, /^\d+$/);
  await fails(api.record.getRecords({ app }), 404, "GAIA_AP01");
  await api.app.addFormFields({ app, properties });
  await api.app.deployApp({ apps: [{ app }] });
  const { apps } = await api.app.getDeployStatus({ apps: [app] });
  assert.deepEqual(apps, [{ app, status: "SUCCESS" }]);
  return app;
}

const scenarios = {
  async app() {
    const app = await newApp("備品台帳", PROPERTIES);
    const { properties } = await api.app.getFormFields({ app });
    for (const [code, property] of Object.entries(PROPERTIES)) {
      assert.equal(properties[code].type, property.type, code);
      assert.equal(properties[code].label, code);
    }
    for (const code of ["レコード番号", "作成者", "作成日時", "更新者", "更新日時", "ステータス", "作業者"]) {
      assert.ok(properties[code], code);
    }
    assert.equal(properties.数量.unit, "個");
    assert.equal(properties.数量.unitPosition, "AFTER");
    assert.equal(properties.金額.expression, "数量 * 単価");
    assert.deepEqual(Object.keys(properties.用途.options), ["窓口", "倉庫", "式典"]);
    assert.deepEqual(Object.keys(properties.内訳.fields), ["部品", "個数", "図面"]);
    const shown = await api.app.getApp({ id: app });
    assert.equal(shown.name, "備品台帳");
    assert.equal(shown.creator.code, "dx");
    const { apps } = await api.app.getApps({ ids: [app], name: "備品" });
    assert.deepEqual(apps.map((a) => a.appId), [app]);

    // A draft is changed, refused when stale, thrown away, changed again and deployed.
    const { revision } = await api.app.getFormFields({ app, preview: true });
    await api.app.updateFormFields({ app, properties: { 品名: { type: "SINGLE_LINE_TEXT", label: "名前" } }, revision });
    await fails(api.app.addFormFields({ app, properties: { 余り: text("余り") }, revision }), 409, "GAIA_CO02");
    await fails(api.app.addFormFields({ app, properties: { 品名: text("品名") } }), 400, "CB_VA01");
    assert.equal((await api.app.getFormFields({ app })).properties.品名.label, "品名");
    assert.equal((await api.app.getFormFields({ app, preview: true })).properties.品名.label, "名前");
    await api.app.deployApp({ apps: [{ app }], revert: true });
    assert.equal((await api.app.getFormFields({ app, preview: true })).properties.品名.label, "品名");
    await api.app.addFormFields({ app, properties: { 余り: text("余り") } });
    await api.app.updateFormFields({ app, properties: { 余り: { ...text("残り"), label: "残り" } } });
    await api.app.deployApp({ apps: [{ app, revision: -1 }] });
    assert.equal((await api.app.getFormFields({ app })).properties.残り.label, "残り");
    await api.app.deleteFormFields({ app, fields: ["残り"] });
    await api.app.deployApp({ apps: [{ app }] });
    assert.equal((await api.app.getFormFields({ app })).properties.残り, undefined);
    return { app };
  },

  async records() {
    const { app } = given;
    const record = {
      品名: { value: "三角コーン" },
      管理番号: { value: "K-001" },
      説明: { value: "1行目\n2行目" },
      本文: { value: "<p>太<b>字</b></p>" },
      数量: { value: "3" },
      単価: { value: 1200.5 },
      種別: { value: "備品" },
      状況: { value: "済" },
      用途: { value: ["窓口", "式典"] },
      色: { value: ["青"] },
      納品日: { value: "2026-11-23" },
      時刻: { value: "09:30" },
      記録日時: { value: "2026-11-23T00:30:00Z" },
      案内: { value: "https://example.jp/a?b=c" },
      担当者: { value: [{ code: "dx" }] },
      役割: { value: [{ code: "manager" }] },
      内訳: { value: [{ value: { 部品: { value: "重り" }, 個数: { value: "2" } } }] },
    };
    const { id, revision } = await api.record.addRecord({ app, record });
    assert.equal(revision, "1");
    const { record: got } = await api.record.getRecord({ app, id });
    for (const code of ["品名", "管理番号", "説明", "数量", "種別", "状況", "用途", "色", "納品日", "時刻", "記録日時", "案内"]) {
      assert.deepEqual(got[code], { type: PROPERTIES[code].type, value: record[code].value }, code);
    }
    assert.equal(got.単価.value, "1200.5");
    assert.deepEqual(got.金額, { type: "CALC", value: "3601.5" });
    assert.equal(got.担当者.value[0].code, "dx");
    assert.equal(got.役割.value[0].code, "manager");
    assert.match(got.本文.value, /<b>字<\/b>|<strong>字<\/strong>/);
    assert.deepEqual(got.$id, { type: "__ID__", value: id });
    assert.equal(got.作成者.value.code, "dx");
    const row = got.内訳.value[0];
    assert.match(row.id, /^\d+$/);
    assert.deepEqual(row.value.部品, { type: "SINGLE_LINE_TEXT", value: "重り" });

    // Revisions
    const up = await api.record.updateRecord({ app, id, record: { 数量: { value: "4" } }, revision });
    assert.equal(up.revision, "2");
    await fails(api.record.updateRecord({ app, id, record: { 数量: { value: "5" } }, revision }), 409, "GAIA_CO02");
    await api.record.updateRecord({ app, id, record: { 数量: { value: "5" } }, revision: -1 });
    await api.record.updateRecord({ app, updateKey: { field: "管理番号", value: "K-001" }, record: { 状況: { value: "未" } } });

    // Many
    const many = await api.record.addRecords({ app, records: [{ 品名: { value: "甲" }, 数量: { value: "1" } }, { 品名: { value: "乙" }, 数量: { value: "2" } }] });
    assert.equal(many.records.length, 2);
    const list = await api.record.getRecords({ app, query: "数量 <= 2 order by 数量 desc limit 10", fields: ["品名"], totalCount: true });
    assert.deepEqual(list, { records: [{ 品名: { type: "SINGLE_LINE_TEXT", value: "乙" } }, { 品名: { type: "SINGLE_LINE_TEXT", value: "甲" } }], totalCount: "2" });
    const inTable = await api.record.getRecords({ app, query: '部品 in ("重り") and 用途 in ("窓口")' });
    assert.equal(inTable.records.length, 1);
    const long = "あ".repeat(1500);
    assert.equal((await api.record.getRecords({ app, query: `品名 = "${long}"` })).records.length, 0);
    await api.record.updateRecords({ app, records: [{ id: many.ids[0], record: { 数量: { value: "7" } } }] });
    const first = await api.record.upsertRecord({ app, updateKey: { field: "管理番号", value: "K-002" }, record: { 品名: { value: "丙" } } });
    const again = await api.record.upsertRecord({ app, updateKey: { field: "管理番号", value: "K-002" }, record: { 品名: { value: "丁" } } });
    assert.equal(again.id, first.id);
    const both = await api.record.updateRecords({
      app,
      upsert: true,
      records: [
        { updateKey: { field: "管理番号", value: "K-002" }, record: { 数量: { value: "8" } } },
        { updateKey: { field: "管理番号", value: "K-003" }, record: { 品名: { value: "戊" } } },
      ],
    });
    assert.deepEqual(both.records.map((r) => r.operation), ["UPDATE", "INSERT"]);
    await api.record.deleteRecords({ app, ids: many.ids, revisions: [-1, -1] });
    await fails(api.record.getRecord({ app, id: many.ids[0] }), 404, "GAIA_RE01");

    // Errors
    const wrong = await fails(api.record.addRecord({ app, record: { 数量: { value: "x" } } }), 400, "CB_VA01");
    assert.deepEqual(Object.keys(wrong.errors).sort(), ["record.品名.value", "record.数量.value"].sort());
    await fails(api.record.getRecords({ app, query: 'ない項目 = "x"' }), 400, "GAIA_IQ11");
    await fails(api.record.getRecords({ app, query: "品名 ==" }), 400, "CB_VA01");
    const { rights } = await api.app.evaluateRecordsAcl({ app, ids: [id] });
    assert.deepEqual(rights[0].record, { viewable: true, editable: true, deletable: true });
    assert.deepEqual(rights[0].fields.品名, { viewable: true, editable: true });
    return { id };
  },

  async search() {
    const { app, id } = given;
    const found = await api.search({ query: [{ operator: "AND", keywords: ["三角コーン"] }], scopes: [{ scope: "APP", ids: [app] }], limit: 5 });
    assert.deepEqual(found.hits.map((h) => [h.type, h.record.appId, h.record.recordId]), [["RECORD", app, id]]);
    assert.equal((await fetch(found.hits[0].url, { redirect: "manual" })).status, 302);
    assert.deepEqual(found.hits[0].record.matchedFields, [{ code: "品名", label: "品名" }]);
    const none = await api.search({ query: [{ operator: "AND", keywords: ["三角コーン"] }, { operator: "NOT", keywords: ["K-001"] }] });
    assert.deepEqual(none, { hits: [], nextPageToken: null });
    return {};
  },

  async files() {
    const { app, id } = given;
    const data = Buffer.from("品名,数量\n三角コーン,3\n");
    const { fileKey } = await api.file.uploadFile({ file: { name: "一覧 表.csv", data } });
    const inRow = await api.file.uploadFile({ file: { path: given.path } });
    await api.record.updateRecord({
      app,
      id,
      record: {
        書類: { value: [{ fileKey }] },
        内訳: { value: [{ value: { 部品: { value: "板" }, 図面: { value: [{ fileKey: inRow.fileKey }] } } }] },
      },
    });
    const { record } = await api.record.getRecord({ app, id });
    const [file] = record.書類.value;
    assert.deepEqual([file.name, file.size], ["一覧 表.csv", String(data.length)]);
    const back = await api.file.downloadFile({ fileKey: file.fileKey });
    assert.ok(Buffer.from(back).equals(data));
    const cell = record.内訳.value[0].value.図面.value[0];
    assert.ok(Buffer.from(await api.file.downloadFile({ fileKey: cell.fileKey })).length > 0);
    // What a record has can be kept by its key; a made-up key is nothing.
    await api.record.updateRecord({ app, id, record: { 書類: { value: [{ fileKey: file.fileKey }] } } });
    await assert.rejects(api.file.downloadFile({ fileKey: "made-up" }));
    return {};
  },

  async cursor() {
    const app = await newApp("大量", { 名: text("名"), 数: { type: "NUMBER", code: "数", label: "数" } });
    const total = 20000;
    const records = Array.from({ length: total }, (_, n) => ({ 名: { value: `行${n}` }, 数: { value: String(n) } }));
    const added = await api.record.addAllRecords({ app, records });
    assert.equal(added.records.length, total);
    const all = await api.record.getAllRecordsWithCursor({ app, query: "order by 数 desc", fields: ["数"] });
    assert.equal(all.length, total);
    assert.deepEqual([all[0].数.value, all[total - 1].数.value], [String(total - 1), "0"]);
    const byId = await api.record.getAllRecords({ app, condition: "数 < 1200" });
    assert.equal(byId.length, 1200);
    const byOffset = await api.record.getAllRecords({ app, condition: "数 < 1200", orderBy: "数 asc", withCursor: false });
    assert.deepEqual([byOffset.length, byOffset[7].数.value], [1200, "7"]);
    const { id, totalCount } = await api.record.createCursor({ app, size: 500 });
    assert.equal(totalCount, String(total));
    await api.record.deleteCursor({ id });
    await fails(api.record.getRecordsByCursor({ id }), 404, "GAIA_CN01");
    await api.record.updateAllRecords({ app, records: added.records.slice(0, 300).map(({ id: pk }) => ({ id: pk, record: { 名: { value: "変" } } })) });
    assert.equal((await api.record.getRecords({ app, query: '名 = "変" limit 1', totalCount: true })).totalCount, "300");
    await api.record.deleteAllRecords({ app, records: added.records.slice(0, 250).map(({ id: pk }) => ({ id: pk })) });
    assert.equal((await api.record.getRecords({ app, query: "limit 1", totalCount: true })).totalCount, String(total - 250));
    return {};
  },

  async process() {
    const app = await newApp("伺い", { 題: text("題"), 額: { type: "NUMBER", code: "額", label: "額" } });
    await api.app.updateProcessManagement({
      app,
      enable: true,
      states: {
        起案: { name: "起案", index: "0", assignee: { type: "ONE", entities: [] } },
        確認: { name: "確認", index: "1", assignee: { type: "ANY", entities: [{ entity: { type: "USER", code: "dx" } }] } },
        決裁: { name: "決裁", index: "2", assignee: { type: "ONE", entities: [] } },
      },
      actions: [
        { name: "申請する", from: "起案", to: "確認", filterCond: "額 > 0" },
        { name: "承認する", from: "確認", to: "決裁", filterCond: "" },
        { name: "差し戻す", from: "確認", to: "起案", filterCond: "", type: "SECONDARY", executableUser: { entities: [{ entity: { type: "GROUP", code: "everyone" } }] } },
      ],
    });
    await api.app.deployApp({ apps: [{ app }] });
    const status = await api.app.getProcessManagement({ app });
    assert.equal(status.enable, true);
    assert.deepEqual(Object.keys(status.states), ["起案", "確認", "決裁"]);
    assert.deepEqual(status.states.確認.assignee.entities, [{ entity: { type: "USER", code: "dx" }, includeSubs: false }]);
    assert.deepEqual(status.actions.map((a) => [a.name, a.type]), [["申請する", "PRIMARY"], ["承認する", "PRIMARY"], ["差し戻す", "SECONDARY"]]);
    const { id } = await api.record.addRecord({ app, record: { 題: { value: "購入" }, 額: { value: "0" } } });
    assert.equal((await api.record.getRecord({ app, id })).record.ステータス.value, "起案");
    await fails(api.record.updateRecordStatus({ app, id, action: "承認する" }), 400, "GAIA_IL03");
    await fails(api.record.updateRecordStatus({ app, id, action: "申請する" }), 400, "GAIA_IL03");
    await api.record.updateRecord({ app, id, record: { 額: { value: "5000" } } });
    await api.record.updateRecordStatus({ app, id, action: "申請する", assignee: "dx" });
    let { record } = await api.record.getRecord({ app, id });
    assert.equal(record.ステータス.value, "確認");
    assert.deepEqual(record.作業者.value.map((u) => u.code), ["dx"]);
    await fails(api.record.updateRecordStatus({ app, id, action: "承認する", revision: 1 }), 409, "GAIA_CO02");
    await api.record.updateRecordsStatus({ app, records: [{ id, action: "承認する" }] });
    ({ record } = await api.record.getRecord({ app, id }));
    assert.equal(record.ステータス.value, "決裁");
    await api.record.updateRecordAssignees({ app, id, assignees: ["manager"] });
    ({ record } = await api.record.getRecord({ app, id }));
    assert.deepEqual(record.作業者.value.map((u) => u.code), ["manager"]);
    await fails(api.record.updateRecordAssignees({ app, id, assignees: ["nobody"] }), 400, "GAIA_IL26");
    await fails(api.record.updateRecordStatus({ app: given.app, id: given.id, action: "申請する" }), 400, "GAIA_ST02");
    return {};
  },

  async comments() {
    const { app, id } = given;
    const one = await api.record.addRecordComment({ app, record: id, comment: { text: "確かめました。" } });
    const two = await api.record.addRecordComment({ app, record: id, comment: { text: "お願いします", mentions: [{ code: "manager", type: "USER" }] } });
    const found = await api.record.getRecordComments({ app, record: id });
    assert.deepEqual(found.comments.map((c) => c.id), [two.id, one.id]);
    assert.match(found.comments[0].text, /お願いします/);
    assert.deepEqual(found.comments[0].mentions, [{ code: "manager", type: "USER" }]);
    assert.equal(found.comments[0].creator.code, "dx");
    assert.deepEqual([found.older, found.newer], [false, false]);
    const oldest = await api.record.getRecordComments({ app, record: id, order: "asc", limit: 1 });
    assert.deepEqual([oldest.comments[0].id, oldest.older, oldest.newer], [one.id, false, true]);
    await api.record.deleteRecordComment({ app, record: id, comment: one.id });
    assert.equal((await api.record.getRecordComments({ app, record: id })).comments.length, 1);
    await fails(api.record.addRecordComment({ app, record: id, comment: { text: "" } }), 400, "CB_VA01");
    return {};
  },

  async bulk() {
    const { app } = given;
    const other = await newApp("別", { 題: text("題", { required: true }) });
    const count = async (a) => (await api.record.getRecords({ app: a, query: "limit 1", totalCount: true })).totalCount;
    const before = await count(app);
    const requests = [
      { method: "POST", endpointName: "record", payload: { app, record: { 品名: { value: "束1" } } } },
      { method: "POST", endpointName: "records", payload: { app: other, records: [{ 題: { value: "a" } }, { 題: { value: "" } }] } },
    ];
    const error = await fails(api.bulkRequest({ requests }), 400, "CB_VA01");
    assert.equal(error.bulkRequestIndex, 1);
    assert.deepEqual(Object.keys(error.errors), ["records[1].題.value"]);
    assert.deepEqual([await count(app), await count(other)], [before, "0"]);
    requests[1].payload.records[1].題.value = "b";
    requests.push({ method: "DELETE", api: "/k/v1/records.json", payload: { app: other, ids: [] } });
    await fails(api.bulkRequest({ requests: requests.slice(0, 2).concat([{ method: "PUT", api: "/k/v1/record.json", payload: { app, id: 999999, record: {} } }]) }), 404, "GAIA_RE01");
    const { results } = await api.bulkRequest({ requests: requests.slice(0, 2) });
    assert.equal(results.length, 2);
    assert.equal(results[1].ids.length, 2);
    return {};
  },

  async settings() {
    const app = await newApp("設定", { 題: text("題"), 日: { type: "DATE", code: "日", label: "日" }, 額: { type: "NUMBER", code: "額", label: "額" } });
    await api.app.addFormFields({ app, properties: { まとめ: { type: "GROUP", code: "まとめ", label: "まとめ", openGroup: true } } });
    const layout = [
      { type: "ROW", fields: [{ type: "SINGLE_LINE_TEXT", code: "題", size: { width: "300" } }, { type: "SPACER", elementId: "s1", size: { width: "50", height: "50" } }] },
      { type: "ROW", fields: [{ type: "LABEL", label: "お願い", elementId: "", size: { width: "100" } }] },
      { type: "GROUP", code: "まとめ", layout: [{ type: "ROW", fields: [{ type: "DATE", code: "日", size: { width: "100" } }] }] },
      { type: "ROW", fields: [{ type: "NUMBER", code: "額", size: { width: "100" } }] },
    ];
    await api.app.updateFormLayout({ app, layout });
    assert.deepEqual((await api.app.getFormLayout({ app, preview: true })).layout, layout);
    const views = await api.app.updateViews({
      app,
      views: {
        一覧: { type: "LIST", index: 0, name: "一覧", fields: ["レコード番号", "題", "額"], filterCond: "額 >= 1", sort: "額 desc" },
        暦: { type: "CALENDAR", index: 1, name: "暦", date: "日", title: "題" },
        自作: { type: "CUSTOM", index: 2, name: "自作", html: "<b>x</b>", pager: true, device: "ANY" },
      },
    });
    assert.match(views.views.一覧.id, /^\d+$/);
    await api.app.updateAppSettings({ app, name: "設定2", description: "説明", theme: "BLUE", titleField: { selectionMode: "MANUAL", code: "題" }, enableComments: true });
    await api.app.updateGeneralNotifications({ app, notifications: [{ entity: { type: "USER", code: "dx" }, recordAdded: true, commentAdded: true }], notifyToCommenter: true });
    await api.app.updatePerRecordNotifications({ app, notifications: [{ filterCond: "額 > 100", title: "高い", targets: [{ entity: { type: "FIELD_ENTITY", code: "作成者" } }] }] });
    await api.app.updateReminderNotifications({ app, notifications: [{ timing: { code: "日", daysLater: "-1", time: "09:00" }, filterCond: "", title: "明日", targets: [{ entity: { type: "GROUP", code: "everyone" } }] }], timezone: "Asia/Tokyo" });
    await api.app.updateReports({ app, reports: { 月別: { chartType: "COLUMN", chartMode: "NORMAL", index: 0, name: "月別", groups: [{ code: "日", per: "MONTH" }], aggregations: [{ type: "SUM", code: "額" }], filterCond: "", sorts: [{ by: "GROUP1", order: "ASC" }] } } });
    await api.app.updateAppActions({ app, actions: { 写す: { name: "写す", index: 0, destApp: { app: given.app }, mappings: [{ srcType: "FIELD", srcField: "題", destField: "品名" }], entities: [{ type: "GROUP", code: "everyone" }], filterCond: "" } } });
    await api.app.updateAdminNotes({ app, content: "<p>メモ</p>", includeInTemplateAndDuplicates: true });
    await api.app.updateAppCustomize({ app, scope: "ALL", desktop: { js: [{ type: "URL", url: "https://example.jp/a.js" }], css: [] }, mobile: { js: [], css: [] } });
    await api.app.updateAppAcl({ app, rights: [{ entity: { type: "GROUP", code: "everyone" }, recordViewable: true, recordAddable: true, recordEditable: true, appEditable: true, recordDeletable: true }] });
    await api.app.updateRecordAcl({ app, rights: [{ filterCond: "額 > 1000", entities: [{ entity: { type: "USER", code: "dx" }, viewable: true, editable: true, deletable: false }] }] });
    await api.app.updateFieldAcl({ app, rights: [{ code: "額", entities: [{ accessibility: "WRITE", entity: { type: "USER", code: "dx" } }, { accessibility: "READ", entity: { type: "GROUP", code: "everyone" } }] }] });
    const { revision } = await api.app.getAppSettings({ app, preview: true });
    await api.app.deployApp({ apps: [{ app, revision }] });
    const live = await api.app.getAppSettings({ app });
    assert.deepEqual([live.name, live.theme, live.titleField.code, live.revision], ["設定2", "BLUE", "題", revision]);
    const shown = (await api.app.getViews({ app })).views;
    assert.deepEqual(Object.keys(shown), ["一覧", "暦", "自作"]);
    assert.deepEqual([shown.一覧.filterCond, shown.一覧.sort, shown.暦.date], ["額 >= 1", "額 desc", "日"]);
    assert.deepEqual((await api.app.getFormLayout({ app })).layout, layout);
    const general = await api.app.getGeneralNotifications({ app });
    assert.deepEqual(general.notifications[0].entity, { type: "USER", code: "dx" });
    assert.deepEqual([general.notifications[0].recordAdded, general.notifications[0].recordEdited], [true, false]);
    assert.equal((await api.app.getPerRecordNotifications({ app })).notifications[0].title, "高い");
    assert.equal((await api.app.getReminderNotifications({ app })).notifications[0].timing.daysLater, "-1");
    assert.deepEqual((await api.app.getReports({ app })).reports.月別.groups, [{ code: "日", per: "MONTH" }]);
    assert.equal((await api.app.getAppActions({ app })).actions.写す.destApp.app, given.app);
    assert.equal((await api.app.getAdminNotes({ app })).content, "<p>メモ</p>");
    assert.equal((await api.app.getAppCustomize({ app })).desktop.js[0].url, "https://example.jp/a.js");
    assert.equal((await api.app.getAppAcl({ app })).rights[0].recordAddable, true);
    assert.equal((await api.app.getRecordAcl({ app })).rights[0].entities[0].deletable, false);
    assert.equal((await api.app.getFieldAcl({ app })).rights[0].entities[1].accessibility, "READ");
    assert.deepEqual((await api.app.getPlugins({ app })).plugins, []);
    assert.deepEqual((await api.plugin.getPlugins({})).plugins, []);
    await api.app.getStatistics({});
    await fails(api.space.getSpace({ id: 1 }), 404, "GAIA_SP01");
    return {};
  },

  async lookup() {
    const source = await newApp("品目", { 品番: text("品番", { unique: true }), 品: text("品"), 値: { type: "NUMBER", code: "値", label: "値" } });
    await api.record.addRecord({ app: source, record: { 品番: { value: "P-1" }, 品: { value: "机" }, 値: { value: "9800" } } });
    const app = await newApp("注文", { 写し品: text("写し品"), 写し値: { type: "NUMBER", code: "写し値", label: "写し値" } });
    await api.app.addFormFields({
      app,
      properties: {
        注文品番: { ...text("注文品番"), lookup: { relatedApp: { app: source }, relatedKeyField: "品番", fieldMappings: [{ field: "写し品", relatedField: "品" }, { field: "写し値", relatedField: "値" }], lookupPickerFields: ["品番", "品"], filterCond: "", sort: "品番 asc" } },
        履歴: { type: "REFERENCE_TABLE", code: "履歴", label: "履歴", referenceTable: { relatedApp: { app: source }, condition: { field: "写し品", relatedField: "品" }, filterCond: "", displayFields: ["品番", "値"], sort: "品番 asc", size: "5" } },
      },
    });
    await api.app.deployApp({ apps: [{ app }] });
    const { properties } = await api.app.getFormFields({ app });
    assert.equal(properties.注文品番.lookup.relatedApp.app, source);
    assert.equal(properties.注文品番.lookup.fieldMappings.length, 2);
    assert.equal(properties.履歴.referenceTable.size, "5");
    const { id } = await api.record.addRecord({ app, record: { 注文品番: { value: "P-1" } } });
    const { record } = await api.record.getRecord({ app, id });
    assert.deepEqual([record.注文品番.value, record.写し品.value, record.写し値.value], ["P-1", "机", "9800"]);
    await fails(api.record.addRecord({ app, record: { 注文品番: { value: "P-9" } } }), 400, "CB_VA01");
    return {};
  },

  // Two apps of one form for the command line client: the first with records, the second empty.
  async table() {
    const properties = {
      番号: text("番号", { unique: true }),
      名称: text("名称"),
      数: { type: "NUMBER", code: "数", label: "数" },
      日: { type: "DATE", code: "日", label: "日" },
      選択: { type: "CHECK_BOX", code: "選択", label: "選択", options: choices(["あ", "い"]) },
      担当: { type: "USER_SELECT", code: "担当", label: "担当" },
      添付: { type: "FILE", code: "添付", label: "添付" },
      明細: {
        type: "SUBTABLE",
        code: "明細",
        label: "明細",
        fields: { 品: text("品"), 個: { type: "NUMBER", code: "個", label: "個" }, 写真: { type: "FILE", code: "写真", label: "写真" } },
      },
    };
    const app = await newApp("帳票", properties);
    const copy = await newApp("帳票の写し", properties);
    const { fileKey } = await api.file.uploadFile({ file: { name: "申請書.txt", data: Buffer.from("本文\n") } });
    const picture = await api.file.uploadFile({ file: { name: "写真.txt", data: Buffer.from("絵") } });
    await api.record.addRecords({
      app,
      records: [
        {
          番号: { value: "A-1" }, 名称: { value: "髙島①" }, 数: { value: "1.5" }, 日: { value: "2026-11-01" },
          選択: { value: ["あ", "い"] }, 担当: { value: [{ code: "dx" }] }, 添付: { value: [{ fileKey }] },
          明細: { value: [
            { value: { 品: { value: "紙" }, 個: { value: "2" }, 写真: { value: [{ fileKey: picture.fileKey }] } } },
            { value: { 品: { value: "筆" }, 個: { value: "3" } } },
          ] },
        },
        { 番号: { value: "A-2" }, 名称: { value: "二件目" } },
      ],
    });
    return { app, copy };
  },

  async callers() {
    const { app, id } = given;
    const byPassword = client({ username: "dx", password: given.password });
    assert.equal((await byPassword.record.getRecord({ app, id })).record.$id.value, id);
    await fails(client({ username: "dx", password: "wrong" }).record.getRecord({ app, id }), 401, "CB_WA01");
    await fails(client({ apiToken: "tmn_unknown" }).record.getRecord({ app, id }), 520, "GAIA_IA02");
    const two = client({ apiToken: given.tokens });
    assert.equal((await two.record.getRecord({ app, id })).record.$id.value, id);
    await two.record.getRecords({ app: given.other });
    await fails(two.record.addRecord({ app: given.other, record: {} }), 403, "GAIA_NO01");
    await fails(client({ apiToken: given.tokens[1] }).record.getRecord({ app, id }), 403, "GAIA_NO01");
    const guest = client(undefined, { guestSpaceId: 5 });
    assert.equal((await guest.record.getRecord({ app, id })).record.$id.value, id);
    return {};
  },
};

const name = process.argv[2];
console.log(JSON.stringify(await scenarios[name]()));
