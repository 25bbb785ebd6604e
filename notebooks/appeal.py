# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 方案公布以后：申诉 · After the plan is told: an appeal
#
# 名单公示几天，总会有人来找：想留下，想换一所学校，不想去某一所。答应一个人，往往要动另外几个人，
# 而那几个人已经接到通知了。这份笔记处理五件申诉，从“为什么是我”一直走到新的名单。
#
# 规矩是：每一条必须遵守的规则照旧遵守；在此之内，先让能同时准予的申诉最多（按权重）；再让受牵连的其他人最少；
# 最后才看各层目标。
#
# 一、公布了的方案 · 二、先答“为什么是我” · 三、把申诉写成一张表 · 四、哪些能准、要动谁 · 五、画出来看 · 六、写出文件

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、公布了的方案 · The plan that was told
#
# 还是海棠区的方案，43人交流（怎样编出来的，见 [yearly_plan](yearly_plan.ipynb)）。手头只有方案文件夹的，读进来也一样：
# `rp.read_plan("方案文件夹")`。

# %%
scenario = rp.load_scenario("../scenarios/haitang")
told = rp.make_plan(scenario).plan
told

# %% [markdown]
# ## 二、先答“为什么是我” · First answer “why me”
#
# 潮信路小学的体育教师郑斌金（T00028）第一志愿是海棠区实验小学，方案让他去海棠区实验学校。为什么是他、为什么去那里、
# 为什么不是第一志愿，一页说清。凡写“重新求解”的，都真的把那种安排重新算过一次。

# %%
why = rp.explain(scenario, told, "T00028")
why

# %% [markdown]
# 上面是局里自己看的一页，有各层目标的数字，也会提到别人。给本人的一页短一些，不提任何别人，也不写分数：

# %%
why.page("person")

# %% [markdown]
# 还有第三种，可以对外说的，连本人的情况也不写：`why.page("public")`。
#
# ## 三、把申诉写成一张表 · The appeals as a table
#
# 一件申诉一行，用电子表格填好存为 CSV 或 xlsx 即可。这里用的是本文件夹里的 `appeals.csv`：
#
# | 工号 | 诉求 | 学校代码 | 权重 | 说明 |
# |---|---|---|---:|---|
# | T00274 田晨欣 | 留任 | | 1 | |
# | T00107 徐晓波 | 不去 | S010 听涛镇杨家泊小学 | 2 | 学校书面支持，局里认为应多考虑 |
# | T00013 刘斌忠 | 调到 | S003 海棠区实验小学 | 1 | |
# | T00028 郑斌金 | 调到 | S003 海棠区实验小学 | 1 | 与刘斌忠要的是同一个位置 |
# | T00153 林玉静 | 留任 | | 1 | 局里已指定她必须交流 |
#
# 诉求只有三种：留任、调到、不去。权重是局里的判断，数越大越要紧，不写就是1；事由（健康、家庭等）不必写进表里。
#
# ## 四、哪些能准、要动谁 · Which can be granted, and who else changes
#
# 这一格把新方案编出来，同时把每一件申诉单独再算一遍：

# %%
again = rp.replan(scenario, told, appeals="appeals.csv")
again

# %% [markdown]
# 第一张表逐件回答。“准予”是和其他申诉放在一起的结果；后面几栏是单独准予这一件的代价：另外要动几个人、哪些人、
# 各层目标变多少。这样可以看出三种不同的“不行”：
#
# - 林玉静：**单独也不能准予**，因为局里指定她交流；除非撤销指定，没有别的办法。
# - 刘斌忠和郑斌金：两人都教体育，要的是同一所学校，**单独都可以，一起不行**。两件权重相同，要动的人也一样多，
#   准郑斌金对各层目标的影响小。
# - 田晨欣：准了，代价是同校另一位数学教师替她去。那位老师原来是不动的，通知之前先当面说一声。
#
# 第二张表是全部有变动的人：本人的申诉、被申诉牵动的，各写明跟着谁变。不在这张表上的人，安排一个字也没有改。
#
# ## 五、画出来看 · As a picture

# %%
again.picture

# %% [markdown]
# 换一种主意也只要改表：例如把刘斌忠的权重改成3，再运行第四节那一格，就会准他、不准郑斌金。也可以先只问一个人的一件事，
# 再决定要不要受理：`rp.explain(scenario, told, "T00013", to="S003")`，会答去那里行不行、要用什么换、还要动谁。

# %% [markdown]
# ## 六、写出文件 · Write the files
#
# 新方案已经由独立的核查逐条数过（第四节的抬头写着“核查通过”，全文是 `again.outcome.audit`）。
# 写出的文件夹和第一次一样齐全，另有一个 `changes` 文件夹，是这次调整的一页：哪些人变了、为什么、图。

# %%
folder = rp.write_replanned(again, scenario, "../out/appeal")
rp.contents(folder)

# %% [markdown]
# ---
#
# **In English.** Five appeals against a plan that people were told. First the answer to “why me”, in full for the
# bureau, short for the person. Then the appeals as a table (stay, to, not to; a weight each), and a new plan: every
# must rule kept, then the weightiest set of appeals that can be granted together, then fewest others changed, then
# the goals. Three ways to hear no: impossible even alone (a pin), possible alone but not together (two ask for one
# place), and granted at the cost of a colleague who must be told. At the end what changes as a picture, and the files.
